import { BlockList, isIP, isIPv6 } from 'node:net';

/** Tells whether an address may begin something here. */
export type IsPeer = (address: string) => boolean;

/**
 * Reads the addresses (`192.0.2.1`) and networks (`192.0.2.0/24`, IPv6 too) from which new requests are taken. None:
 * everybody's are.
 * @throws Error of one line that names what is neither
 */
export function readPeers(list: readonly string[]): IsPeer {
  if (list.length === 0) return () => true;
  const known = new BlockList();
  for (const entry of list) {
    const [address = '', prefix, ...rest] = entry.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    const bits = prefix === undefined ? (family === 'ipv6' ? 128 : 32) : Number(prefix || NaN);
    const fits = Number.isInteger(bits) && bits >= 0 && bits <= (family === 'ipv6' ? 128 : 32);
    if (!isIP(address) || rest.length > 0 || !fits)
      throw new Error(`"${entry}" is neither an address nor a network such as 192.0.2.0/24`);
    known.addSubnet(address, bits, family);
  }
  return (address) => known.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
