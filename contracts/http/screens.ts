/**
 * Screens on a wall. An administrator makes one and is told its link once: `/panou?mod=tv#ecran=<code>`. Whatever opens it
 * first, within a day, is the screen from then on: it reads the wall and nothing else.
 * @module
 */
import { z } from 'zod';
import { idSchema, instantSchema, textSchema } from './common.ts';

export const screenSchema = z
  .object({
    id: z.int(),
    label: z.string(),
    /** Shows agents by name. */
    agents: z.boolean(),
    createdAt: instantSchema,
    createdBy: z.string(),
    linkExpiresAt: instantSchema,
    /** `waiting`: its link was not opened yet. `over`: nor will it be, or it was not seen for 90 days. */
    state: z.enum(['waiting', 'open', 'over', 'revoked']),
    seenAt: instantSchema.nullable(),
  })
  .meta({ id: 'Screen' });
export type Screen = z.infer<typeof screenSchema>;

/** `GET /api/screens` */
export const screenListSchema = z.object({ screens: z.array(screenSchema) }).meta({ id: 'ScreenList' });
export type ScreenList = z.infer<typeof screenListSchema>;

/** `POST /api/screens` */
export const newScreenSchema = z
  .strictObject({ label: textSchema(100).trim().min(1), agents: z.boolean() })
  .meta({ id: 'NewScreen' });
export type NewScreen = z.infer<typeof newScreenSchema>;

export const screenAddedSchema = z
  .object({
    screen: screenSchema,
    /** Told this once. */
    code: z.string(),
  })
  .meta({ id: 'ScreenAdded' });
export type ScreenAdded = z.infer<typeof screenAddedSchema>;

/** `POST /api/screens/{id}/revoke` */
export const screenIdSchema = z.object({ id: idSchema });

/** `POST /api/screen`: 401 `bad-credentials` for a link that was used, is over or never was. */
export const openScreenSchema = z
  .strictObject({ code: z.string().min(1).max(100) })
  .meta({ id: 'OpenScreen' });
