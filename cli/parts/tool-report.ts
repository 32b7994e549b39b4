/**
 * A part as `doctor` shows it.
 * @module
 */
export interface ToolReport {
  name: string;
  /** `missing`: `up` gets it by itself; `broken`: somebody has to do something, see `hint`. */
  state: 'ok' | 'missing' | 'broken';
  version?: string;
  /** Where it comes from: `PATH`, `DATABASE_URL`, `embedded`, `cache`, … */
  origin?: string;
  /** File or address. */
  location?: string;
  /** What will happen, or what to type. */
  hint?: string;
}

/** Says what a slow step is doing, one line at a time. */
export type Progress = (text: string) => void;
