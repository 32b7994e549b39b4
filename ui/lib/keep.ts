/**
 * Stores that outlive the page that made them: whoever looks at a report during a call must not lose the phone.
 * @module
 */

export interface Keep {
  /** The one store of this name, made when there is none. */
  take: <S extends { dispose: () => void }>(name: string, make: () => S) => S;
  /** Ends all; for the end of the session. */
  clear: () => void;
}

export function createKeep(): Keep {
  const kept = new Map<string, { dispose: () => void }>();
  return {
    take: <S extends { dispose: () => void }>(name: string, make: () => S): S => {
      const found = kept.get(name) as S | undefined;
      if (found) return found;
      const made = make();
      kept.set(name, made);
      return made;
    },
    clear: () => {
      for (const store of kept.values()) store.dispose();
      kept.clear();
    },
  };
}
