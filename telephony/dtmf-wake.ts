/**
 * Makes sure that keys arrive. rtpengine's DTMF socket is a connected one: a key that was logged while nobody listened
 * leaves an error in it, and the next key is lost with that error. So a new listener presses a key itself, on a call of
 * its own, until it hears it: errors of the past are used up, and the whole path is known to work.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { deferred } from './deferred.ts';
import type { DtmfListener } from './dtmf-listener.ts';
import { createMediaSession } from './media-session.ts';
import type { NgClient } from './ng-client.ts';
import { audioSdp, audioTarget, PCMA, TELEPHONE_EVENT } from './sdp.ts';

const TRIES = 10;
const HEARD_WITHIN_MS = 200;

/**
 * @returns whether a key was heard; false means that keys of customers would be lost as well
 * @throws NgError when the media server does not answer
 */
export async function wakeDtmf({ ng, dtmf }: { ng: NgClient; dtmf: DtmfListener }): Promise<boolean> {
  const callId = `dtmf-wake-${randomUUID()}`;
  const media = createMediaSession(ng, callId);
  const phone = createSocket('udp4');
  const heard = deferred<boolean>();
  const deaf = dtmf.listen(callId, () => heard.resolve(true));
  try {
    const { sdp } = await media.begin({ record: false });
    const target = audioTarget(sdp);
    if (!target) return false;
    // Connected: the system picks the address from which the media server is reached, in a container not loopback.
    phone.on('error', () => undefined);
    phone.connect(target.port, target.address);
    await once(phone, 'connect');
    const { address, port } = phone.address();
    await media.setCust(
      audioSdp({
        origin: { id: 1, version: 1 },
        target: { address, port },
        payloadTypes: [PCMA, TELEPHONE_EVENT],
      }),
    );
    for (let n = 0; n < TRIES; n++) {
      pressKey(phone, n);
      const patience = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), HEARD_WITHIN_MS));
      if (await Promise.race([heard.promise, patience])) return true;
    }
    return false;
  } finally {
    deaf();
    phone.close();
    await media.delete().catch(() => false);
  }
}

/** One telephone-event (RFC 4733 §2.3) of key 0, 100 ms long: its beginning, and its end three times. */
function pressKey(phone: Socket, nth: number): void {
  const startsAt = 8_000 + nth * 1_600;
  for (let packet = 0; packet < 4; packet++) {
    const rtp = Buffer.alloc(16);
    rtp.writeUInt8(0x80, 0);
    rtp.writeUInt8(TELEPHONE_EVENT | (packet === 0 ? 0x80 : 0), 1);
    rtp.writeUInt16BE((nth * 4 + packet) & 0xffff, 2);
    rtp.writeUInt32BE(startsAt, 4);
    rtp.writeUInt32BE(0x41_50_45_4c, 8);
    rtp.writeUInt8(0, 12);
    rtp.writeUInt8((packet === 0 ? 0 : 0x80) | 10, 13);
    rtp.writeUInt16BE(packet === 0 ? 160 : 800, 14);
    phone.send(rtp, () => undefined);
  }
}
