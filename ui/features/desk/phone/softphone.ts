/**
 * The phone: the only module that knows sip.js, and a chunk of its own. Registers over the page's own origin, answers
 * the edge by itself, carries sound; hold, hang-up and transfer are the edge's (over HTTP), never SIP from here.
 *
 * A browser that goes away must look like a lost flow, never like a hang-up: nothing is sent on unload, so that the edge
 * keeps the customer on the line until this desk is back.
 * @module
 */
import { signal, type ReadonlySignal } from '@preact/signals';
import {
  Registerer,
  RegistererState,
  RequestPendingError,
  SessionState,
  UserAgent,
  UserAgentState,
  Web,
  type Invitation,
} from 'sip.js';
import type { SipAccess } from '../../../../contracts/http/desk.ts';
import type { Media } from './media.ts';
import { countersOf, qualityBetween, type Counters, type LineQuality } from './quality.ts';

/** Only a guard: with host candidates gathering takes milliseconds, an unreachable STUN server would take 5 s. */
const ICE_GATHERING_MS = 200;
const REGISTER_SECONDS = 120;
const FIRST_BACKOFF_MS = 300;
const LONGEST_BACKOFF_MS = 8_000;
/** New credentials so long before the old ones end. */
const RENEW_AHEAD_MS = 90_000;
const SOONEST_RENEWAL_MS = 5_000;
const STATS_MS = 2_000;
/** The edge ends its sessions itself; one that died with its call, or lost its SIP server, does not. */
const BYE_WITHIN_MS = 2_000;

export type LineState = 'connecting' | 'registered' | 'reconnecting' | 'stopped';

/** A call that does not ask to be answered by itself. */
export interface Ringing {
  from: string;
  answer: () => void;
  reject: () => void;
}

export interface Softphone {
  line: ReadonlySignal<LineState>;
  /** A session is up and its sound flows. */
  connected: ReadonlySignal<boolean>;
  ringing: ReadonlySignal<Ringing | undefined>;
  quality: ReadonlySignal<LineQuality | undefined>;
  /** Silences the microphone in this and later sessions of the call. */
  setMuted: (muted: boolean) => void;
  /** The call is over for the server: sessions of it that nobody ends are left after a moment. */
  callOver: () => void;
  /** Another network: do not wait for the back-off. */
  wake: () => void;
  /** Leaves without a word to the other side. */
  stop: () => void;
}

export interface SoftphoneDeps {
  access: () => Promise<SipAccess>;
  /** Settled when the microphone is given or refused: calls are asked for then. The connection does not wait for it. */
  ready: Promise<unknown>;
  media: Media;
  /** `wss://host` of this page. */
  origin: string;
  /** Each reading while a session is up. */
  onQuality?: (quality: LineQuality) => void;
  /** No microphone for an incoming call. */
  onDeaf?: () => void;
}

interface Line {
  agent: UserAgent;
  registerer: Registerer;
  username: string;
  /** Settled when its connection is open, or is not to be had. */
  opening: Promise<unknown>;
}

export function startSoftphone(deps: SoftphoneDeps): Softphone {
  const line = signal<LineState>('connecting');
  const connected = signal(false);
  const ringing = signal<Ringing | undefined>(undefined);
  const quality = signal<LineQuality | undefined>(undefined);
  const sessions = new Map<Invitation, { end: () => void }>();
  let current: Line | undefined;
  let muted = false;
  let ended = false;
  let failures = 0;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let renewTimer: ReturnType<typeof setTimeout> | undefined;

  async function open(): Promise<void> {
    clearTimeout(retryTimer);
    if (ended) return;
    try {
      const access = await deps.access();
      if (ended) return;
      renewLater(access);
      if (current?.username === access.username) {
        current.agent.configuration.authorizationPassword = access.password;
      } else {
        leave();
        current = lineOf(access);
      }
      const mine = current;
      const { agent, registerer } = mine;
      mine.opening = agent.state === UserAgentState.Started ? agent.reconnect() : agent.start();
      await mine.opening;
      await deps.ready.catch(() => undefined);
      if (ended || current !== mine) return;
      await registerer.register({
        requestDelegate: {
          onAccept: () => {
            if (ended || current !== mine) return;
            failures = 0;
            line.value = 'registered';
          },
          onReject: later,
        },
      });
    } catch (error) {
      // The answer to the last REGISTER was lost with its connection: sip.js would wait 32 s for it (RFC 3261, Timer F).
      if (error instanceof RequestPendingError) leave();
      later();
    }
  }

  /** The line is given up; the sound of its sessions goes on until a new session takes their place. */
  function leave(): void {
    const left = current;
    current = undefined;
    if (left === undefined) return;
    // A WebSocket that is closed before it is open is a warning in the console.
    void left.opening.catch(() => undefined).then(() => left.agent.stop().catch(() => undefined));
  }

  function later(): void {
    if (ended) return;
    clearTimeout(retryTimer);
    line.value = 'reconnecting';
    const wait = Math.min(FIRST_BACKOFF_MS * 2 ** failures, LONGEST_BACKOFF_MS);
    failures = Math.min(failures + 1, 8);
    retryTimer = setTimeout(() => void open(), wait);
  }

  function renewLater(access: SipAccess): void {
    clearTimeout(renewTimer);
    const left = Date.parse(access.expiresAt) - Date.now() - RENEW_AHEAD_MS;
    renewTimer = setTimeout(() => void renew(), Math.max(SOONEST_RENEWAL_MS, left));
  }

  /** The same user gets a new password silently; another user is another line, once no session is up. */
  async function renew(): Promise<void> {
    try {
      const access = await deps.access();
      if (ended) return;
      renewLater(access);
      if (current?.username === access.username) {
        current.agent.configuration.authorizationPassword = access.password;
      } else if (sessions.size === 0) {
        leave();
        await open();
      } else {
        renewTimer = setTimeout(() => void renew(), SOONEST_RENEWAL_MS);
      }
    } catch {
      if (!ended) renewTimer = setTimeout(() => void renew(), SOONEST_RENEWAL_MS);
    }
  }

  function lineOf(access: SipAccess): Line {
    const uri = UserAgent.makeURI(`sip:${access.username}@${access.domain}`);
    if (uri === undefined) throw new Error('bad SIP address');
    const agent = new UserAgent({
      uri,
      authorizationUsername: access.username,
      authorizationPassword: access.password,
      transportOptions: { server: `${deps.origin}${access.wsPath}`, traceSip: false, connectionTimeout: 5 },
      // No BYE and no un-REGISTER when the page goes.
      gracefulShutdown: false,
      logBuiltinEnabled: false,
      noAnswerTimeout: 60,
      sessionDescriptionHandlerFactory: Web.defaultSessionDescriptionHandlerFactory(() => deps.media.clone()),
      sessionDescriptionHandlerFactoryOptions: {
        iceGatheringTimeout: ICE_GATHERING_MS,
        // An empty list, else sip.js asks a STUN server of its own; rtpengine's offer has no BUNDLE group.
        peerConnectionConfiguration: { iceServers: access.iceServers, bundlePolicy: 'balanced' },
      },
      delegate: {
        onInvite: (invitation) => take(invitation),
        onDisconnect: (error) => {
          if (!ended && current?.agent === agent && error !== undefined) later();
        },
      },
    });
    const registerer = new Registerer(agent, { expires: REGISTER_SECONDS, logConfiguration: false });
    registerer.stateChange.addListener((state) => {
      if (ended || current?.registerer !== registerer) return;
      if (state === RegistererState.Unregistered && agent.isConnected()) later();
    });
    return { agent, registerer, username: access.username, opening: Promise.resolve() };
  }

  function take(invitation: Invitation): void {
    if (current === undefined) return;
    sessions.set(invitation, { end: () => undefined });
    invitation.stateChange.addListener((state) => {
      if (state === SessionState.Established) established(invitation);
      if (state === SessionState.Terminated) gone(invitation);
    });
    const answer = (): void => {
      ringing.value = undefined;
      invitation.accept().catch(() => {
        deps.onDeaf?.();
        invitation.reject({ statusCode: 480 }).catch(() => undefined);
      });
    };
    if (asksForAnswer(invitation.request.getHeader('call-info'))) return answer();
    ringing.value = {
      from: invitation.remoteIdentity.displayName || invitation.remoteIdentity.uri.user || '',
      answer,
      reject: () => void invitation.reject({ statusCode: 486 }).catch(() => undefined),
    };
  }

  function gone(invitation: Invitation): void {
    sessions.get(invitation)?.end();
    sessions.delete(invitation);
    ringing.value = undefined;
    connected.value = [...sessions.keys()].some(({ state }) => state === SessionState.Established);
    if (!connected.peek()) quality.value = undefined;
  }

  function established(invitation: Invitation): void {
    const handler = handlerOf(invitation);
    if (handler === undefined) return;
    // An element of its own: with a shared one the end of the old session would silence the new.
    const stopSound = deps.media.play(handler.remoteMediaStream);
    handler.enableSenderTracks(!muted);
    connected.value = true;
    const stopStats = watchStats(handler);
    sessions.set(invitation, {
      end: () => {
        stopSound();
        stopStats();
      },
    });
    // Nobody else is in the call any more: whoever was, is heard by nobody (the edge, or its SIP server, may have died with it).
    for (const other of sessions.keys()) if (other !== invitation) leaveSession(other);
  }

  /** Without a word to the other side: it has ended the session itself, or does not know it any more. */
  function leaveSession(invitation: Invitation): void {
    handlerOf(invitation)?.close();
    gone(invitation);
  }

  function watchStats(handler: Web.SessionDescriptionHandler): () => void {
    let before: Counters | undefined;
    async function read(): Promise<void> {
      const report = await handler.peerConnection?.getStats();
      if (report === undefined) return;
      const after = countersOf(report.values() as Iterable<Record<string, unknown>>, Date.now());
      if (before !== undefined) {
        quality.value = qualityBetween(before, after);
        deps.onQuality?.(quality.value);
      }
      before = after;
    }
    const timer = setInterval(() => void read().catch(() => undefined), STATS_MS);
    return () => clearInterval(timer);
  }

  /** Another microphone was chosen during a call. */
  const stopWatching = deps.media.stream.subscribe((fresh) => {
    const track = fresh?.getAudioTracks()[0];
    if (track === undefined) return;
    for (const invitation of sessions.keys()) {
      const copy = track.clone();
      copy.enabled = !muted;
      for (const sender of handlerOf(invitation)?.peerConnection?.getSenders() ?? []) {
        void sender.replaceTrack(copy);
      }
    }
  });

  void open();

  return {
    line,
    connected,
    ringing,
    quality,
    setMuted: (next) => {
      muted = next;
      for (const invitation of sessions.keys()) {
        const handler = handlerOf(invitation);
        if (handler?.peerConnection) handler.enableSenderTracks(!muted);
      }
    },
    callOver: () => {
      const left = [...sessions.keys()];
      setTimeout(() => left.filter((one) => sessions.has(one)).forEach(leaveSession), BYE_WITHIN_MS);
    },
    wake: () => {
      if (line.peek() === 'reconnecting') void open();
    },
    stop: () => {
      ended = true;
      clearTimeout(retryTimer);
      clearTimeout(renewTimer);
      stopWatching();
      for (const invitation of sessions.keys()) {
        handlerOf(invitation)?.close();
        gone(invitation);
      }
      leave();
      line.value = 'stopped';
    },
  };
}

function handlerOf(invitation: Invitation): Web.SessionDescriptionHandler | undefined {
  return invitation.sessionDescriptionHandler as Web.SessionDescriptionHandler | undefined;
}

/** RFC 3261 §20.9 with `answer-after` as the phones of several makers read it: `<sip:…>;answer-after=0`. */
function asksForAnswer(callInfo: string | undefined): boolean {
  return /;\s*answer-after\s*=\s*0\b/i.test(callInfo ?? '');
}
