/**
 * What a list's own columns mean on the card of a contact.
 * @module
 */

export interface CustomerAttributes {
  accountStatus: string | null;
  tier: string | null;
  openCases: string | null;
  lifetimeValue: string | null;
  /** Everything else, under its own header. */
  custom: Record<string, string>;
}

/** Headers as people write them, without case, marks and signs. */
const KNOWN = {
  accountStatus: ['accountstatus', 'starecont', 'stareacontului', 'statuscont'],
  tier: ['tier', 'nivel', 'segment', 'categorieclient'],
  openCases: ['opencases', 'cazurideschise', 'sesizarideschise'],
  lifetimeValue: ['lifetimevalue', 'valoareclient', 'valoaretotala'],
} as const satisfies Record<Exclude<keyof CustomerAttributes, 'custom'>, readonly string[]>;

/** @param attributes header -> value, as imported */
export function customerAttributes(attributes: Readonly<Record<string, string>>): CustomerAttributes {
  const custom: [string, string][] = [];
  const known: Partial<Record<keyof typeof KNOWN, string>> = {};
  for (const [header, value] of Object.entries(attributes)) {
    const field = fieldOf(header);
    if (field !== undefined && known[field] === undefined) known[field] = value;
    else custom.push([header, value]);
  }
  return {
    accountStatus: known.accountStatus ?? null,
    tier: known.tier ?? null,
    openCases: known.openCases ?? null,
    lifetimeValue: known.lifetimeValue ?? null,
    custom: Object.fromEntries(custom),
  };
}

function fieldOf(header: string): keyof typeof KNOWN | undefined {
  const plain = header
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '');
  const found = Object.entries(KNOWN).find(([, names]) => (names as readonly string[]).includes(plain));
  return found?.[0] as keyof typeof KNOWN | undefined;
}
