/**
 * Small settings of this browser (theme, language, name); private windows may refuse, and then nothing is kept.
 * @module
 */

export interface KeyValueStore {
  get: (key: string) => string | null;
  set: (key: string, value: string | null) => void;
}

/** `localStorage`, without its exceptions. */
export function browserStorage(): KeyValueStore {
  return {
    get: (key) => {
      try {
        return localStorage.getItem(key);
      } catch {
        return null;
      }
    },
    set: (key, value) => {
      try {
        if (value === null) localStorage.removeItem(key);
        else localStorage.setItem(key, value);
      } catch {
        // Blocked or full: the setting lasts as long as the page.
      }
    },
  };
}
