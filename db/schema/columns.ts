/**
 * Kinds of columns that all tables share. Names in SQL are snake_case plurals; times are `timestamptz`; ids are
 * `bigint`/`int` identities except calls and imports (uuid: they leave the database as SIP Call-IDs, file names, addresses).
 * @module
 */
import { customType, timestamp } from 'drizzle-orm/pg-core';

export const at = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
export const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });
