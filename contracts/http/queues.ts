/**
 * Agents' queues: what waits for whom, and who changes it.
 * @module
 */
import { z } from 'zod';
import { MOST_ASSIGNED } from '../model/queue.ts';
import { idSchema, instantSchema, localDateSchema, objectNameSchema, textSchema } from './common.ts';

/** Which campaign, up to the end of which local day (of its calendar's zone; default today). */
export const queueQuerySchema = z.strictObject({
  campaign: objectNameSchema,
  day: localDateSchema.optional(),
});

const queuedSchema = z.object({
  id: z.int(),
  name: z.string().nullable(),
  locality: z.string().nullable(),
  number: z.string().nullable(),
  list: z.string(),
  /** `callback`: the agent's own; the others in the order of dialing. */
  kind: z.enum(['callback', 'priority', 'retry', 'new']),
  dueAt: instantSchema,
  attempts: z.int(),
  onCall: z.boolean(),
});
export type Queued = z.infer<typeof queuedSchema>;

/** `GET /api/queues?campaign=&day=` */
export const queuesSchema = z
  .object({
    day: localDateSchema,
    zone: z.string(),
    /** Contacts are dealt out each morning; else only what a supervisor gives is somebody's. */
    dealtOut: z.boolean(),
    agents: z.array(
      z.object({ id: z.int(), name: z.string(), contacts: z.int(), due: z.int(), onShift: z.boolean() }),
    ),
  })
  .meta({ id: 'Queues' });
export type Queues = z.infer<typeof queuesSchema>;

/** `GET /api/queues/{id}?campaign=&day=`: of one agent, in order, at most 200. */
export const queueSchema = z
  .object({ contacts: z.array(queuedSchema), more: z.boolean() })
  .meta({ id: 'Queue' });
export type Queue = z.infer<typeof queueSchema>;

const freeFilter = {
  list: idSchema.optional(),
  name: textSchema(80).optional(),
};

/** `POST /api/queues/free/search`: nobody's contacts. A body, because names stay out of addresses. */
export const freeSearchSchema = z.strictObject({ ...queueQuerySchema.shape, ...freeFilter });
export type FreeSearch = z.infer<typeof freeSearchSchema>;

/** `POST /api/queues/{id}/assign`: these contacts, or the first `count` that the filter leaves. */
export const assignSchema = z.strictObject({
  ...queueQuerySchema.shape,
  contacts: z.array(z.int().positive()).min(1).max(MOST_ASSIGNED).optional(),
  filter: z.strictObject({ ...freeFilter, count: z.int().min(1).max(MOST_ASSIGNED) }).optional(),
});
export type Assign = z.infer<typeof assignSchema>;

/** `POST /api/queues/{id}/take` and `/order`: contacts of the agent. */
export const queueContactsSchema = z.strictObject({
  campaign: objectNameSchema,
  contacts: z.array(z.int().positive()).min(1).max(MOST_ASSIGNED),
});

export const changedSchema = z.object({ changed: z.int() });
