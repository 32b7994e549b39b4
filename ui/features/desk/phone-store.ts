/**
 * The phone as the desk sees it: the microphone, the line (sip.js comes with it, in a chunk of its own), mute, tones.
 * @module
 */
import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { CallQuality } from '../../../contracts/model/wrap-up.ts';
import type { SipAccess } from '../../../contracts/http/desk.ts';
import { createMedia, type Media } from './phone/media.ts';
import { createQualityMeter, type LineQuality } from './phone/quality.ts';
import type { LineState, Ringing, Softphone, startSoftphone } from './phone/softphone.ts';
import { createTones, type Tones } from './phone/tones.ts';
import type { KeyValueStore } from '../../lib/storage.ts';

export interface PhoneStore {
  media: Media;
  tones: Tones;
  /** `off`: not started. */
  line: ReadonlySignal<LineState | 'off'>;
  connected: ReadonlySignal<boolean>;
  ringing: ReadonlySignal<Ringing | undefined>;
  quality: ReadonlySignal<LineQuality | undefined>;
  muted: ReadonlySignal<boolean>;
  /** Takes the microphone and registers. Again costs nothing. */
  start: () => void;
  stop: () => void;
  setMuted: (muted: boolean) => void;
  wake: () => void;
  /** Means since the last `newCall`. */
  talkQuality: () => CallQuality | undefined;
  /** The call has ended, as the server says. */
  callOver: () => void;
  /** The next call starts with an open microphone and fresh figures. */
  newCall: () => void;
  dispose: () => void;
}

export interface PhoneDeps {
  storage: KeyValueStore;
  access: () => Promise<SipAccess>;
  /** `wss://host` */
  origin: string;
  load: () => Promise<{ startSoftphone: typeof startSoftphone }>;
}

export function createPhoneStore(deps: PhoneDeps): PhoneStore {
  const media = createMedia({ storage: deps.storage });
  const tones = createTones({ sink: () => media.choice.peek().ringer });
  const softphone = signal<Softphone | undefined>(undefined);
  const wanted = signal(false);
  const muted = signal(false);
  const meter = createQualityMeter();
  let starting = false;

  async function start(): Promise<void> {
    wanted.value = true;
    if (starting || softphone.peek()) return;
    starting = true;
    try {
      // Together: only the registration waits for the microphone, which may wait for a person.
      const ready = media.microphone.peek() === 'ready' ? Promise.resolve(true) : media.acquire();
      const { startSoftphone: open } = await deps.load();
      if (!wanted.peek()) return;
      softphone.value = open({
        access: deps.access,
        ready,
        media,
        origin: deps.origin,
        onQuality: (quality) => meter.add(quality),
        onDeaf: () => void media.acquire(),
      });
      softphone.value.setMuted(muted.peek());
    } finally {
      starting = false;
    }
  }

  function stop(): void {
    wanted.value = false;
    softphone.peek()?.stop();
    softphone.value = undefined;
    tones.stop();
    media.release();
  }

  const setMuted = (next: boolean): void => {
    muted.value = next;
    softphone.peek()?.setMuted(next);
  };
  return {
    media,
    tones,
    line: computed(() => softphone.value?.line.value ?? (wanted.value ? 'connecting' : 'off')),
    connected: computed(() => softphone.value?.connected.value ?? false),
    ringing: computed(() => softphone.value?.ringing.value),
    quality: computed(() => softphone.value?.quality.value),
    muted,
    start: () => void start().catch(() => setTimeout(() => wanted.peek() && void start(), 2_000)),
    stop,
    setMuted,
    wake: () => softphone.peek()?.wake(),
    talkQuality: () => meter.mean(),
    callOver: () => softphone.peek()?.callOver(),
    newCall: () => {
      meter.reset();
      setMuted(false);
    },
    dispose: () => {
      stop();
      tones.dispose();
    },
  };
}
