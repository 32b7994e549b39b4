/**
 * What of a change in the journal may be shown to whom. Pure.
 * @module
 */
import { can, type Person } from './permissions.ts';

const MASK = '***';
/** Never shown, whoever asks; nothing of the kind should be in the log at all. */
const SECRET = /password|secret|token|hash|credential/i;
/** Fields that hold a person's name, or what they told an agent, which may be anything. */
const NAME = /^(?:(?:first|last|full|contact|customer)_?name|answers)$/i;
/**
 * Seven digits or more in a row, apart from blanks and dots: a number, as typed or in E.164. Before it what looks alike and
 * is none, and is passed over whole: dates, times, UUIDs.
 */
const NUMBER =
  /(?<other>\d{4}-\d{2}-\d{2}(?:T[\d:.]+Z?)?|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})|\+?\d(?:[\s().-]?\d){6,}/gi;
const NUMBER_FIELD = /number|e164|phone|telefon/i;

/** Before or after of a change as the person may see it: secrets never, numbers and names by their permissions. */
export function shownChange(value: unknown, person: Person): unknown {
  const hide = { numbers: !can(person, 'number.read'), names: !can(person, 'name.read') };
  return shown(value, '', hide);
}

/** The id of an object, which some kinds have by its number. */
export function shownObjectId(id: string, person: Person): string {
  return can(person, 'number.read') ? id : withoutNumbers(id);
}

interface Hide {
  numbers: boolean;
  names: boolean;
}

function shown(value: unknown, field: string, hide: Hide): unknown {
  if (value === null || value === undefined || typeof value === 'boolean') return value;
  if (SECRET.test(field) || (hide.names && NAME.test(field))) return MASK;
  if (Array.isArray(value)) return value.map((item: unknown) => shown(item, field, hide));
  if (typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, shown(inner, name, hide)] as const),
    );
  }
  if (typeof value === 'string') return hide.numbers ? withoutNumbers(value) : value;
  return hide.numbers && NUMBER_FIELD.test(field) ? MASK : value;
}

function withoutNumbers(text: string): string {
  return text.replace(NUMBER, (_, other: string | undefined) => other ?? MASK);
}
