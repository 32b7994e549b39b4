/**
 * Addresses in From, To, Contact, Route (RFC 3261 §20.10, §25.1). Hand-written scans: linear on any input.
 * @module
 */

/** `display <uri>;params` taken apart; `params` keeps its leading semicolon. */
export interface NameAddr {
  readonly display: string;
  readonly uri: string;
  readonly params: string;
}

/** Reads a name-addr or a bare addr-spec; undefined when it is neither. */
export function parseNameAddr(value: string): NameAddr | undefined {
  const open = findOutsideQuotes(value, '<');
  if (open < 0) {
    const end = value.indexOf(';');
    const uri = (end < 0 ? value : value.slice(0, end)).trim();
    // Without brackets nobody can tell whose a question mark is (RFC 3261 §20): such a URI needs them.
    if (!isUriText(uri) || uri.includes('?')) return undefined;
    return { display: '', uri, params: end < 0 ? '' : value.slice(end).trim() };
  }
  const close = value.indexOf('>', open);
  if (close < 0) return undefined;
  const uri = value.slice(open + 1, close).trim();
  const params = value.slice(close + 1).trim();
  if (!isUriText(uri) || (params !== '' && !params.startsWith(';'))) return undefined;
  const display = value.slice(0, open).trim();
  return DISPLAY_NAME.test(display) ? { display, uri, params } : undefined;
}

/** Nothing, tokens, or one quoted string (RFC 3261 §25.1 display-name). */
const DISPLAY_NAME = /^(?:[\w\-.!%*+`'~ \t]*|"(?:[^"\\]|\\.)*")$/s;

/** Value of `;name=value` in a parameter text; '' for a flag such as `;lr`; undefined when absent. */
export function paramOf(params: string, name: string): string | undefined {
  if (params === '') return undefined;
  for (const part of splitOutsideQuotes(params, ';')) {
    const equals = part.indexOf('=');
    const key = (equals < 0 ? part : part.slice(0, equals)).trim();
    if (key.toLowerCase() === name) return equals < 0 ? '' : part.slice(equals + 1).trim();
  }
  return undefined;
}

/** The tag of a From or To value. */
export function tagOf(value: string): string | undefined {
  const tag = paramOf(parseNameAddr(value)?.params ?? '', 'tag');
  return tag === '' ? undefined : tag;
}

/** The From or To value in brackets with the given tag in place of its own. */
export function withTag(value: string, tag: string): string {
  const parsed = parseNameAddr(value);
  if (!parsed) return `${value};tag=${tag}`;
  const others = splitOutsideQuotes(parsed.params, ';').filter(
    (part) => part.trim() !== '' && !/^\s*tag\s*(=|$)/i.test(part),
  );
  const display = parsed.display === '' ? '' : `${parsed.display} `;
  return `${display}<${parsed.uri}>${others.map((part) => `;${part.trim()}`).join('')};tag=${tag}`;
}

/** Splits a header that is a list at its commas, leaving those in quotes and angle brackets alone. */
export function splitList(value: string): string[] {
  if (!value.includes(',')) return value === '' ? [] : [value];
  return splitOutsideQuotes(value, ',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function isUriText(text: string): boolean {
  return text !== '' && !/[\s<>"]/.test(text) && /^[A-Za-z][A-Za-z0-9+.-]*:./.test(text);
}

function findOutsideQuotes(text: string, wanted: string): number {
  if (!text.includes('"')) return text.indexOf(wanted);
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (quoted && char === '\\') i++;
    else if (char === '"') quoted = !quoted;
    else if (!quoted && char === wanted) return i;
  }
  return -1;
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts: string[] = [];
  let quoted = false;
  let bracketed = false;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (quoted && char === '\\') i++;
    else if (char === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (char === '<') bracketed = true;
    else if (char === '>') bracketed = false;
    else if (char === separator && !bracketed) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}
