/**
 * List imports: input, counts, progress.
 * @module
 */

export const LIST_KINDS = ['priority', 'normal'] as const;
export type ListKind = (typeof LIST_KINDS)[number];

/** What the operator types as `--input`. Paths resolve inside the import folder only. */
export interface ImportListInput {
  file: string;
  kind: ListKind;
  /** Campaign name. */
  campaign: string;
  /** Header text (or 1-based position as text) for a known column, where the header is not recognised. */
  columns?: Partial<Record<ImportColumn, string>>;
  /** Reads, validates and counts; stores no contact. */
  dryRun?: boolean;
  /** Import even if the same file was imported before (rows already in the campaign are still duplicates). */
  force?: boolean;
}

export const IMPORT_COLUMNS = [
  'phone',
  'phone2',
  'phone3',
  'lastName',
  'firstName',
  'locality',
  'county',
  'age',
  'ageBand',
  'address',
  'email',
  'language',
  'consentAt',
  'consentSource',
  'externalId',
  'note',
] as const;
export type ImportColumn = (typeof IMPORT_COLUMNS)[number];

/** rows = accepted + duplicate + invalid + suppressed, always. */
export interface ImportCounts {
  rows: number;
  accepted: number;
  duplicate: number;
  invalid: number;
  suppressed: number;
}

/** Why a row was not accepted. */
export const REJECT_REASONS = [
  'duplicate-in-file',
  'duplicate-in-campaign',
  'phone-missing',
  'phone-invalid',
  'phone-not-permitted',
  'too-many-columns',
  'row-malformed',
  'consent-date-invalid',
  'value-too-long',
  'do-not-call',
  'no-consent',
] as const;
export type RejectReason = (typeof REJECT_REASONS)[number];

export interface ImportResult extends ImportCounts {
  importId: string;
  /** `imported`, `dry-run`, `already-imported` (a no-op, see `previousImport`), `cancelled`. */
  outcome: 'imported' | 'dry-run' | 'already-imported' | 'cancelled';
  list?: string;
  /** Rejects CSV relative to the import folder, absent when every row was accepted. */
  rejectsFile?: string;
  previousImport?: string;
  /** Header cells that were kept as attributes. */
  unknownColumns: string[];
  byReason: Partial<Record<RejectReason, number>>;
}

export interface ImportProgress extends ImportCounts {
  stage: 'opening' | 'importing' | 'finishing' | 'done' | 'cancelled';
  bytesRead: number;
  bytesTotal: number;
}
