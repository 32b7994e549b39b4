/** Largest SIP message accepted: what fits a UDP datagram. */
export const MAX_MESSAGE_BYTES = 65_535;

/** Header fields in one message; real ones have 10 to 40. */
export const MAX_HEADERS = 128;

/** One header field, unfolded. Identity headers (RFC 8224) reach some 2 KB. */
export const MAX_HEADER_BYTES = 8_192;

/** Request-URI; RFC 3261 gives no bound. */
export const MAX_URI_BYTES = 2_048;

/**
 * Entries of a list that hops nest into each other (Via, Route, Record-Route). Max-Forwards starts at 70
 * (RFC 3261 §8.1.1.6), so a longer list is a loop or an attack. Bodies are never opened, so multipart
 * nesting cannot occur.
 */
export const MAX_HOPS = 70;
