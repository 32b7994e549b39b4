/**
 * Recordings: what became of one, its outline for the player, and the search over all of them.
 * @module
 */
import { z } from 'zod';
import { CALL_KINDS } from '../model/call.ts';
import { RECORDING_CHOICES } from '../model/recording.ts';
import { idSchema, instantSchema, localDateSchema, textSchema } from './common.ts';

/** `wav`: as it was recorded (A-law); `opus`: the archive (Ogg Opus), which is smaller and sounds nearly the same. */
export const RECORDING_FORMS = ['wav', 'opus'] as const;

/** What became of the recording of a call. */
export const recordingInfoSchema = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('ready'),
    form: z.enum(RECORDING_FORMS),
    /** `GET /api/calls/:id/recording`; null where the person may not listen. */
    url: z.string().nullable(),
    /** The same as a file; null where the person may not take it along. */
    downloadUrl: z.string().nullable(),
    durationMs: z.int(),
    bytes: z.int(),
    sha256: z.string(),
    /** Since when only the archive is kept; null: not archived. */
    archivedAt: instantSchema.nullable(),
  }),
  z.object({ state: z.literal('none'), reason: z.string().nullable() }),
  z.object({ state: z.literal('lost'), reason: z.string().nullable() }),
  /** The sound was deleted on purpose, as by the retention of its campaign; the call and its counts stay. */
  z.object({
    state: z.literal('deleted'),
    reason: z.string().nullable(),
    deletedAt: instantSchema.nullable(),
    durationMs: z.int().nullable(),
  }),
  /** The call is not committed yet. */
  z.object({ state: z.literal('pending') }),
]);
export type RecordingInfo = z.infer<typeof recordingInfoSchema>;

/** `GET /api/calls/:id/recording/peaks`. `working`: it is being reckoned, ask again in a moment. */
export const recordingPeaksSchema = z
  .discriminatedUnion('state', [
    z.object({ state: z.literal('working') }),
    z.object({
      state: z.literal('ready'),
      durationMs: z.int(),
      /** Customer, then prompt or agent: loudest sample of each stretch, 0..255. */
      channels: z.tuple([z.array(z.int()), z.array(z.int())]),
      /** From and to in ms: longer than a second, both sides quiet. */
      silences: z.array(z.tuple([z.int(), z.int()])),
    }),
  ])
  .meta({ id: 'RecordingPeaks' });
export type RecordingPeaks = z.infer<typeof recordingPeaksSchema>;

export const RECORDINGS_PAGE_SIZE = 50;

/** `integer` of Postgres, in ms. */
const secondsSchema = z.int().min(0).max(2_000_000);

/** `POST /api/recordings/search`: newest first, keyset paging by `cursor`. A POST, so that no number stands in an address or a log. */
export const recordingSearchSchema = z.strictObject({
  /** First and last local day of the INVITE, both included, in the site's zone. */
  from: localDateSchema.optional(),
  to: localDateSchema.optional(),
  campaign: textSchema(63).optional(),
  /** User id; needs the permission `agent.read`. */
  agent: idSchema.optional(),
  status: textSchema(63).optional(),
  state: z.enum(RECORDING_CHOICES).optional(),
  /** Exact number, E.164 or as dialed in Romania; needs the permission `number.read`. */
  number: z.string().max(30).optional(),
  /** Length of the recording, both included. */
  minSeconds: secondsSchema.optional(),
  maxSeconds: secondsSchema.optional(),
  cursor: z.string().max(200).optional(),
  limit: z.int().min(1).max(200).default(RECORDINGS_PAGE_SIZE),
});
export type RecordingSearch = z.input<typeof recordingSearchSchema>;

export const recordingRowSchema = z
  .object({
    callId: z.string(),
    kind: z.enum(CALL_KINDS),
    campaign: z.string(),
    list: z.string().nullable(),
    /** Null of a robot's call, and where the person may not see agents. */
    agent: z.string().nullable(),
    /** E.164; null where the person may not see numbers. */
    number: z.string().nullable(),
    /** "Nume Prenume"; null when unknown or where the person may not see names. */
    contactName: z.string().nullable(),
    /** Of the INVITE, else of the claim. */
    at: instantSchema,
    /** Null until committed. */
    status: z.string().nullable(),
    recording: recordingInfoSchema,
  })
  .meta({ id: 'RecordingRow' });
export type RecordingRow = z.infer<typeof recordingRowSchema>;

export const recordingPageSchema = z
  .object({
    recordings: z.array(recordingRowSchema),
    /** Pass as `cursor` for the next page; null on the last. */
    nextCursor: z.string().nullable(),
    /** The zone in which `from` and `to` were read. */
    zone: z.string(),
  })
  .meta({ id: 'RecordingPage' });
export type RecordingPage = z.infer<typeof recordingPageSchema>;
