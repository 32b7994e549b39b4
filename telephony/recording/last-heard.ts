/**
 * When a customer was last heard: the only witness of how long a call went on that nobody watched.
 * @module
 */
import { capturesOf, type CapturedCall, type RecordingFolders } from './captures.ts';
import { all } from '../placed-call.ts';
import { readPcap } from './pcap-reader.ts';

/** Wall clock in milliseconds of the customer's last packet; undefined when there is no capture, or none in it. */
export async function lastHeardAt(
  folders: RecordingFolders,
  call: CapturedCall,
): Promise<number | undefined> {
  const ports = new Set(all(call.entries, 'media').map((entry) => entry.ports.cust));
  let last: number | undefined;
  try {
    for (const pcap of await capturesOf(folders, call)) {
      for await (const { atMs, destinationPort } of readPcap(pcap)) {
        if (ports.has(destinationPort)) last = Math.max(last ?? 0, atMs);
      }
    }
  } catch {
    // What is wrong with the capture is told by the recording that is made of it.
    return last;
  }
  return last;
}
