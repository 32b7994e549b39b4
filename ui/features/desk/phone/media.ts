/**
 * Microphone, speaker and ringer of this computer: chosen once, remembered here. The microphone is taken at log-on and
 * handed out as clones: sip.js stops the tracks it was given at the end of a call, and the next call would be silent.
 * @module
 */
import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { KeyValueStore } from '../../../lib/storage.ts';

const STORAGE_KEY = 'apel.desk.devices';
const ECHO_DELAY_S = 1;

/** `insecure`: the page came over plain HTTP from another machine, where browsers give no microphone. */
export type MicrophoneState = 'idle' | 'asking' | 'ready' | 'refused' | 'missing' | 'busy' | 'insecure';
export type DeviceKind = 'microphone' | 'speaker' | 'ringer';
/** Device ids; empty: what the system prefers. */
export type DeviceChoice = Readonly<Record<DeviceKind, string>>;

export interface DeviceName {
  id: string;
  label: string;
}

export interface Media {
  microphone: ReadonlySignal<MicrophoneState>;
  /** The track in use; a new one when another device was chosen or plugged in. */
  stream: ReadonlySignal<MediaStream | undefined>;
  inputs: ReadonlySignal<readonly DeviceName[]>;
  outputs: ReadonlySignal<readonly DeviceName[]>;
  choice: ReadonlySignal<DeviceChoice>;
  canChooseOutput: boolean;
  /** The browser would not play without a click. */
  blocked: ReadonlySignal<boolean>;
  choose: (kind: DeviceKind, id: string) => Promise<void>;
  /** Asks for the microphone; the state says what came of it. */
  acquire: () => Promise<boolean>;
  /** A copy of the microphone for one call. */
  clone: () => Promise<MediaStream>;
  /** Plays a remote stream on an element of its own; the answer stops it. */
  play: (remote: MediaStream) => () => void;
  /** Starts what the browser blocked; from a click. */
  unblock: () => void;
  /** Loudness 0..1 of the microphone, read as often as wanted; the answer of `meter` ends it. */
  meter: (onLevel: (level: number) => void) => () => void;
  /** One's own voice a second later, through the chosen speaker; the answer ends it. */
  echo: () => () => void;
  release: () => void;
}

export function createMedia(deps: { storage: KeyValueStore }): Media {
  const microphone = signal<MicrophoneState>('idle');
  const stream = signal<MediaStream | undefined>(undefined);
  const devices = signal<readonly MediaDeviceInfo[]>([]);
  const choice = signal<DeviceChoice>(remembered(deps.storage));
  const blocked = signal(false);
  const playing = new Set<HTMLAudioElement>();
  const named = (kind: MediaDeviceKind): DeviceName[] =>
    devices.value
      .filter((device) => device.kind === kind && device.deviceId !== '' && device.deviceId !== 'default')
      .map(({ deviceId, label }) => ({ id: deviceId, label }));
  const canChooseOutput = 'setSinkId' in HTMLMediaElement.prototype;

  async function acquire(): Promise<boolean> {
    const source = navigator.mediaDevices as MediaDevices | undefined;
    if (source === undefined) {
      microphone.value = 'insecure';
      return false;
    }
    microphone.value = 'asking';
    try {
      const fresh = await source.getUserMedia({ audio: constraints(choice.peek().microphone) });
      const old = stream.peek();
      stream.value = fresh;
      old?.getTracks().forEach((track) => track.stop());
      microphone.value = 'ready';
      fresh.getAudioTracks()[0]?.addEventListener('ended', () => {
        if (stream.peek() === fresh) void acquire();
      });
      await list();
      return true;
    } catch (error) {
      microphone.value = stateOf(error);
      return false;
    }
  }

  async function list(): Promise<void> {
    devices.value = await navigator.mediaDevices.enumerateDevices().catch(() => []);
  }

  const onChange = (): void => {
    void list();
    if (['missing', 'busy'].includes(microphone.peek())) void acquire();
  };
  (navigator.mediaDevices as MediaDevices | undefined)?.addEventListener('devicechange', onChange);

  function start(element: HTMLAudioElement): void {
    element.play().then(
      () => (blocked.value = false),
      (error: unknown) => {
        if (error instanceof DOMException && error.name === 'NotAllowedError') blocked.value = true;
      },
    );
  }

  function play(remote: MediaStream): () => void {
    const element = new Audio();
    element.srcObject = remote;
    element.autoplay = true;
    playing.add(element);
    void route(element, choice.peek().speaker);
    start(element);
    return () => {
      playing.delete(element);
      element.pause();
      element.srcObject = null;
    };
  }

  return {
    microphone,
    stream,
    inputs: computed(() => named('audioinput')),
    outputs: computed(() => named('audiooutput')),
    choice,
    canChooseOutput,
    blocked,
    choose: async (kind, id) => {
      choice.value = { ...choice.peek(), [kind]: id };
      deps.storage.set(STORAGE_KEY, JSON.stringify(choice.peek()));
      if (kind === 'microphone') await acquire();
      if (kind === 'speaker') await Promise.all([...playing].map((element) => route(element, id)));
    },
    acquire,
    clone: async () => {
      if (stream.peek()?.getAudioTracks()[0]?.readyState !== 'live' && !(await acquire())) {
        throw new Error('no microphone');
      }
      return (stream.peek() as MediaStream).clone();
    },
    play,
    unblock: () => {
      blocked.value = false;
      for (const element of playing) start(element);
    },
    meter: (onLevel) => meter(stream.peek(), onLevel),
    echo: () => {
      const source = stream.peek();
      if (source === undefined) return () => undefined;
      const context = new AudioContext();
      const delay = new DelayNode(context, { delayTime: ECHO_DELAY_S, maxDelayTime: ECHO_DELAY_S });
      const out = new MediaStreamAudioDestinationNode(context);
      new MediaStreamAudioSourceNode(context, { mediaStream: source }).connect(delay).connect(out);
      const stop = play(out.stream);
      return () => {
        stop();
        void context.close();
      };
    },
    release: () => {
      (navigator.mediaDevices as MediaDevices | undefined)?.removeEventListener('devicechange', onChange);
      stream
        .peek()
        ?.getTracks()
        .forEach((track) => track.stop());
      stream.value = undefined;
      microphone.value = 'idle';
    },
  };
}

/** A device that is gone falls back to the system's, because `ideal` is a wish. */
function constraints(id: string): MediaTrackConstraints {
  return {
    echoCancellation: true,
    noiseSuppression: true,
    autoGainControl: true,
    ...(id === '' ? {} : { deviceId: { ideal: id } }),
  };
}

/** Names of https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia */
function stateOf(error: unknown): MicrophoneState {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'missing';
  return 'busy';
}

async function route(element: HTMLAudioElement, id: string): Promise<void> {
  if (!('setSinkId' in element)) return;
  // An unplugged headset: the system's own speaker is better than silence.
  await element.setSinkId(id).catch(() => element.setSinkId('').catch(() => undefined));
}

function meter(source: MediaStream | undefined, onLevel: (level: number) => void): () => void {
  if (source === undefined) return () => undefined;
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 512 });
  new MediaStreamAudioSourceNode(context, { mediaStream: source }).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    onLevel(levelOf(power));
  }, 80);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}

/** -60 dBFS (a quiet room) is 0, -10 dBFS (loud speech) is 1. */
export function levelOf(power: number): number {
  const decibels = 10 * Math.log10(Math.max(power, 1e-9));
  return Math.min(1, Math.max(0, (decibels + 60) / 50));
}

function remembered(storage: KeyValueStore): DeviceChoice {
  const none = { microphone: '', speaker: '', ringer: '' };
  try {
    const kept = JSON.parse(storage.get(STORAGE_KEY) ?? '{}') as Partial<Record<string, unknown>>;
    const text = (name: DeviceKind): string => (typeof kept[name] === 'string' ? kept[name] : '');
    return { microphone: text('microphone'), speaker: text('speaker'), ringer: text('ringer') };
  } catch {
    return none;
  }
}
