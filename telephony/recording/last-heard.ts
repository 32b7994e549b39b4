/**
 * When a customer was last heard: the only witness of how long a call went on that nobody watched.
 * @module
 */
import { closeAll, openCaptures, type CapturedCall, type RecordingFolders } from './captures.ts';
import type { Pcap } from './pcap-reader.ts';
import { createSenders } from './senders.ts';

/** Wall clock in milliseconds of the customer's last packet; undefined when there is no capture, or none in it. */
export async function lastHeardAt(
  folders: RecordingFolders,
  call: CapturedCall,
): Promise<number | undefined> {
  const senders = createSenders(call.entries);
  let last: number | undefined;
  let pcaps: Pcap[] = [];
  try {
    pcaps = await openCaptures(folders, call);
    for (const pcap of pcaps) for await (const datagram of pcap.datagrams()) senders.count(datagram);
    for (const pcap of pcaps) {
      for await (const datagram of pcap.datagrams()) {
        if (senders.slotOf(datagram) === 'cust') last = Math.max(last ?? 0, datagram.atMs);
      }
    }
  } catch {
    // What is wrong with the capture is told by the recording that is made of it.
    return last;
  } finally {
    await closeAll(pcaps);
  }
  return last;
}
