/** One message of RFC 4475, "Session Initiation Protocol (SIP) Torture Test Messages". */
export interface TortureMessage {
  /** The RFC's own short name. */
  readonly name: string;
  readonly section: string;
  readonly title: string;
  /** The exact bytes, as a binary string. */
  readonly text: string;
}

/** @param lines what stands between the CRLFs; everything that is not printable ASCII is escaped */
export function torture(
  name: string,
  section: string,
  title: string,
  lines: readonly string[],
): TortureMessage {
  return { name, section, title, text: lines.join('\r\n') };
}
