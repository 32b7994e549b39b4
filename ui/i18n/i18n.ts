/**
 * `t('key', params)`: words of the chosen language. Romanian is in the first bundle, English is fetched when chosen.
 * @module
 */
import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { KeyValueStore } from '../lib/storage.ts';
import type { Entry, Params } from './entry.ts';
import { createFormat, type Format, type Lang } from './format.ts';
import type { Key, WordGroup } from './key.ts';
import { ro } from './ro.ts';

const STORAGE_KEY = 'apel.lang';
/** Until the session tells the zone of the site; nothing is dated before. */
const FALLBACK_ZONE = 'Europe/Bucharest';
const PLACEHOLDER = /\{(\w+)\}/g;

type Catalogue = Record<Key, Entry>;
/** Some pages' words are not here yet; nobody shows these pages before. */
type Part = Partial<Catalogue>;

export interface I18n {
  lang: ReadonlySignal<Lang>;
  /** Words for a key; `{name}` is replaced by `params.name`, numbers are written in the language's way. */
  t: (key: Key, params?: Params) => string;
  /** As `t` for a key made at run time (`reason.` + code); the fallback is shown where the catalogue has none. */
  tMaybe: (key: string, fallback: string, params?: Params) => string;
  /** Dates, times and numbers in a zone; the site's when none is given. */
  format: (zone?: string) => Format;
  setLang: (lang: Lang) => Promise<void>;
  /** IANA zone of dates and times where none is given. */
  setZone: (zone: string) => void;
  /** Fetches the words of pages beyond the first; again and again costs nothing. */
  load: (...groups: readonly WordGroup[]) => Promise<void>;
}

/** Words and formats as signals: whoever reads `t` in a component renders again when the language changes. */
export function createI18n(deps: {
  storage: KeyValueStore;
  loadEnglish: () => Promise<Catalogue>;
  /** Romanian words by group; a group without one has no words. */
  parts: Readonly<Partial<Record<WordGroup, () => Promise<Part>>>>;
  onLang?: (lang: Lang) => void;
}): I18n {
  const current = signal<{ lang: Lang; catalogue: Part }>({ lang: 'ro', catalogue: ro });
  let romanian: Part = ro;
  const siteZone = signal(FALLBACK_ZONE);
  const formats = new Map<string, Format>();

  function words(entry: Entry, params: Params | undefined): string {
    const { lang } = current.value;
    const text = typeof entry === 'string' ? entry : pluralForm(entry, lang, Number(params?.['n'] ?? 0));
    return text.replace(PLACEHOLDER, (whole, name: string) => {
      const value = params?.[name];
      if (value === undefined) return whole;
      return typeof value === 'number' ? format().number(value) : value;
    });
  }

  function format(zone = siteZone.value): Format {
    const id = `${current.value.lang} ${zone}`;
    const found = formats.get(id) ?? createFormat(current.value.lang, zone);
    formats.set(id, found);
    return found;
  }

  async function setLang(lang: Lang): Promise<void> {
    const catalogue = lang === 'ro' ? romanian : await deps.loadEnglish();
    current.value = { lang, catalogue };
    deps.storage.set(STORAGE_KEY, lang);
    deps.onLang?.(lang);
  }

  const loaded = new Set<WordGroup>();

  async function loadGroup(group: WordGroup): Promise<void> {
    if (loaded.has(group)) return;
    const part = await deps.parts[group]?.();
    loaded.add(group);
    romanian = { ...romanian, ...part };
    if (current.peek().lang === 'ro') current.value = { lang: 'ro', catalogue: romanian };
  }

  if (deps.storage.get(STORAGE_KEY) === 'en') void setLang('en').catch(() => undefined);

  return {
    lang: computed(() => current.value.lang),
    t: (key, params) => words(current.value.catalogue[key] ?? key, params),
    tMaybe: (key, fallback, params) => {
      const entry = (current.value.catalogue as Partial<Record<string, Entry>>)[key];
      return entry === undefined ? fallback : words(entry, params);
    },
    format,
    setLang,
    setZone: (zone) => {
      siteZone.value = zone;
    },
    load: async (...groups) => {
      await Promise.all(groups.map(loadGroup));
    },
  };
}

const rules = new Map<Lang, Intl.PluralRules>();

function pluralForm(entry: Exclude<Entry, string>, lang: Lang, n: number): string {
  const rule = rules.get(lang) ?? new Intl.PluralRules(lang);
  rules.set(lang, rule);
  const form = rule.select(n);
  return (form === 'one' ? entry.one : form === 'few' ? entry.few : entry.other) ?? entry.other;
}
