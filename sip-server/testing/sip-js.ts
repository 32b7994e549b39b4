/**
 * sip.js, which nobody here wrote, as a desk in Node: real transport, registration, dialogs and digest; only its media is ours.
 * @module
 */
import {
  Registerer,
  RegistererState,
  SessionState,
  UserAgent,
  type Invitation,
  type Session,
  type SessionDescriptionHandler,
} from 'sip.js';
import { WebSocket } from 'ws';
import { eventually } from './harness.ts';

export interface SipJsDesk {
  readonly agent: UserAgent;
  /** Calls it was offered and has answered, oldest first. */
  readonly sessions: readonly Session[];
  /** What it received inside its calls. */
  readonly infos: readonly string[];
  registered(): boolean;
  /** REGISTER, as many times as the registrar asks. */
  register(): Promise<void>;
  /** The network goes away and comes back; registers again by itself. */
  reconnect(): Promise<void>;
  /** Cuts the connection as a closed computer does not: at once. */
  cut(): Promise<void>;
  stop(): Promise<void>;
}

export async function startSipJs({
  wsPort,
  username,
  password,
  sdp,
}: {
  wsPort: number;
  username: string;
  password: string;
  sdp: string;
}): Promise<SipJsDesk> {
  // Its transport takes the browser's.
  Object.assign(globalThis, { WebSocket });
  const sessions: Session[] = [];
  const infos: string[] = [];
  const uri = UserAgent.makeURI(`sip:${username}@apel`);
  if (!uri) throw new Error('no URI');
  const agent = new UserAgent({
    uri,
    authorizationUsername: username,
    authorizationPassword: password,
    transportOptions: { server: `ws://127.0.0.1:${wsPort}/sip` },
    sessionDescriptionHandlerFactory: () => mediaOf(sdp),
    logBuiltinEnabled: false,
    noAnswerTimeout: 60,
    delegate: {
      onInvite: (invitation: Invitation) => {
        invitation.delegate = { onInfo: (info) => void keepInfo(info) };
        sessions.push(invitation);
        // `Call-Info: <…>;answer-after=0`, as the edge writes it.
        if (invitation.request.getHeader('call-info')?.includes('answer-after=0')) void invitation.accept();
      },
    },
  });
  async function keepInfo(info: { request: { body: string }; accept(): Promise<void> }): Promise<void> {
    infos.push(info.request.body);
    await info.accept();
  }
  const registerer = new Registerer(agent, { expires: 600 });
  await agent.start();
  const registered = () => registerer.state === RegistererState.Registered;
  const register = async () => {
    let accepted = false;
    await registerer.register({ requestDelegate: { onAccept: () => (accepted = true) } });
    await eventually('sip.js is registered', () => accepted);
  };
  return {
    agent,
    sessions,
    infos,
    registered,
    register,
    async reconnect() {
      await agent.transport.disconnect();
      await agent.reconnect();
      await register();
    },
    cut: () => agent.transport.disconnect(),
    // Not `agent.stop()`: it says farewell in each call, and waits 32 s for answers.
    stop: () => agent.transport.dispose(),
  };
}

export function isUp(session: Session | undefined): boolean {
  return session?.state === SessionState.Established;
}

/** Any SDP is fine; it never changes. */
function mediaOf(sdp: string): SessionDescriptionHandler {
  return {
    close() {},
    getDescription: () => Promise.resolve({ body: sdp, contentType: 'application/sdp' }),
    hasDescription: (contentType) => contentType === 'application/sdp',
    setDescription: () => Promise.resolve(),
    sendDtmf: () => false,
  };
}
