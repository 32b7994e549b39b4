/**
 * The agent's desk: what the page shows and what it may ask for. `docs/desk.md` tells the story.
 *
 * REST below `/api/desk` (gate `desk.use`); every answer that changes something is the whole `Desk` as it is now, or, when
 * Postgres went away after the change, as it was last read: its `at` tells, and the socket brings the rest. The
 * WebSocket `/api/desk/live?desk=<deskId>` sends `{ type: 'desk', desk }` on opening and after each change, never a part of
 * it: a page that was reloaded knows all from the first message. The client sends nothing.
 *
 * Close codes: those of `contracts/http/live.ts`, and 4410: another desk has taken over.
 *
 * | route                            | body            | answer                                   |
 * | -------------------------------- | --------------- | ---------------------------------------- |
 * | `GET /`                          |                 | `Desk`                                   |
 * | `GET /options`                   |                 | `DeskOptions`                            |
 * | `POST /shift`                    | `LogOn`         | `Desk`; 409 `desk-elsewhere`             |
 * | `DELETE /shift`                  |                 | `Desk`: logged off, or after the call    |
 * | `POST /state`                    | `SetAgentState` | `Desk`; 409 `agent-busy`                 |
 * | `PUT /next-state`                | `{ next }`      | `Desk`                                   |
 * | `POST /sip`                      | `SipRequest`    | `SipAccess`; 409 `desk-elsewhere`        |
 * | `POST /echo`                     |                 | `EchoTest`; 409 `agent-busy`             |
 * | `DELETE /echo`                   |                 | 204: ended, or there was none            |
 * | `POST /next`                     |                 | `NextNumber`                             |
 * | `POST /calls`                    | `DialManually`  | `Desk`                                   |
 * | `POST /calls/:id/dial`           | `DialPreviewed` | `Desk`: preview over, call now           |
 * | `POST /calls/:id/skip`           | `{ reason }`    | `Desk`                                   |
 * | `POST /calls/:id/command`        | `DeskCommand`   | `Desk`                                   |
 * | `PUT /calls/:id/draft`           | `CallDraft`     | 204                                      |
 * | `POST /calls/:id/wrap-up`        | `WrapUp`        | `WrapUpReply`                            |
 * | `POST /calls/:id/another`        |                 | `Desk`: calls the number of the wrap-up  |
 * | `POST /calls/:id/extend`         |                 | `Desk`: wrap-up time extended, once      |
 * | `GET /calls`                     |                 | `DeskHistory`                            |
 * | `GET`, `PUT /speed-dials`        | `SpeedDials`    | `SpeedDials`                             |
 * @module
 */
import { z } from 'zod';
import { AGENT_STATES, WORK_MODES } from '../model/agent.ts';
import { CALL_KINDS, CALL_STAGES, END_REASONS } from '../model/call.ts';
import { idSchema, instantSchema, messageSchema, objectNameSchema, textSchema } from './common.ts';
import { scriptSchema } from './script.ts';

export const DESK_CLOSE = { takenOver: 4410 } as const;

export const deskIdSchema = z.uuid();

const nextStateSchema = z.discriminatedUnion('to', [
  z.strictObject({ to: z.literal('available') }),
  z.strictObject({ to: z.literal('paused'), reason: objectNameSchema }),
  z.strictObject({ to: z.literal('logged-out') }),
]);

/** `POST /api/desk/shift`: log on, or come back to one's shift; 409 `desk-elsewhere` unless `takeOver`. */
export const logOnSchema = z
  .strictObject({
    deskId: deskIdSchema,
    worksOn: z.enum(WORK_MODES),
    /** Names; empty: all agent campaigns that run. */
    campaigns: z.array(objectNameSchema).max(100),
    takeOver: z.boolean().exactOptional(),
  })
  .meta({ id: 'LogOn' });
export type LogOn = z.infer<typeof logOnSchema>;

/** `POST /api/desk/state`. */
export const setStateSchema = z
  .discriminatedUnion('to', [
    z.strictObject({ to: z.literal('available') }),
    z.strictObject({ to: z.literal('paused'), reason: objectNameSchema }),
  ])
  .meta({ id: 'SetAgentState' });
export type SetState = z.infer<typeof setStateSchema>;

/** `PUT /api/desk/next-state`: null takes the choice back. */
export const setNextStateSchema = z.strictObject({ next: nextStateSchema.nullable() });

/** `POST /api/desk/sip`: for the desk of the shift, and no other. */
export const sipRequestSchema = z.strictObject({ deskId: deskIdSchema }).meta({ id: 'SipRequest' });

/** Credentials of this desk, minutes long; ask again before `expiresAt`. */
export const sipAccessSchema = z
  .object({
    username: z.string(),
    password: z.string(),
    domain: z.string(),
    /** Path on this origin. */
    wsPath: z.string(),
    expiresAt: instantSchema,
    iceServers: z.array(
      z.object({
        urls: z.array(z.string()),
        username: z.string().optional(),
        credential: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'SipAccess' });
export type SipAccess = z.infer<typeof sipAccessSchema>;

/**
 * `POST /api/desk/echo`: the edge calls this desk and sends back what it hears, with no contact, recording or row. The INVITE
 * has `X-Apel-Test: echo` and no `X-Apel-Call`; round trip and loss are read from the session's own `getStats`. 409
 * `agent-busy` with `params.reason`: `off-shift`, `agent-busy` (a call is open), `desk-unregistered`, `refused` (the edge has
 * no room, or no media); 503 `unavailable` when the edge does not answer. A second test takes the place of the first, a call
 * takes the place of a test.
 */
export const echoTestSchema = z
  .object({
    /** The edge ends it then. */
    until: instantSchema,
  })
  .meta({ id: 'EchoTest' });
export type EchoTest = z.infer<typeof echoTestSchema>;

/** A number of the contact, as its card has it (`numbers[].e164`). */
const ownNumberSchema = z.string().regex(/^\+[1-9]\d{6,14}$/);

/**
 * `POST /api/desk/calls/:id/dial`: the preview is over. With `number`: not the one that was claimed, another one of the
 * contact; 409 `agent-busy` with the reason why that may not be called (as for manual calls; also `not-of-contact`,
 * `nonexistent`, `stopped`): the preview goes on.
 */
export const dialPreviewedSchema = z
  .strictObject({ number: ownNumberSchema.exactOptional() })
  .meta({ id: 'DialPreviewed' });
export type DialPreviewed = z.infer<typeof dialPreviewedSchema>;

/** `POST /api/desk/calls`: a number dialed by hand. */
export const dialManuallySchema = z
  .strictObject({
    /** As typed; understood as people write numbers in the campaign's country. */
    number: textSchema(40),
    campaign: objectNameSchema,
    /** Overrides do-not-call or the calendar; needs `call.override`, is audited. */
    overrideReason: textSchema(500).trim().min(1).exactOptional(),
  })
  .meta({ id: 'DialManually' });
export type DialManually = z.infer<typeof dialManuallySchema>;

/** `POST /api/desk/calls/:id/skip`: the contact shown in preview is not called now. */
export const skipSchema = z.strictObject({ reason: textSchema(200).trim().min(1) });

/** `POST /api/desk/calls/:id/command`. */
export const deskCommandSchema = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('hang-up') }),
    z.strictObject({ type: z.literal('hold') }),
    z.strictObject({ type: z.literal('resume') }),
    z.strictObject({ type: z.literal('digits'), digits: z.string().regex(/^[0-9*#]{1,32}$/) }),
    z.strictObject({ type: z.literal('mute'), muted: z.boolean() }),
    z.strictObject({ type: z.literal('refuse-recording') }),
  ])
  .meta({ id: 'DeskCommand' });

const answerValueSchema = z.union([z.string().max(2_000), z.number(), z.array(z.string().max(200)).max(200)]);
export const answersSchema = z.record(objectNameSchema, answerValueSchema);

/** `PUT /api/desk/calls/:id/draft`: what is typed; an older `seq` changes nothing. */
export const draftSchema = z
  .strictObject({
    seq: z.int().min(0).max(2_147_483_647),
    answers: answersSchema,
    note: textSchema(5_000),
    outcome: objectNameSchema.nullable(),
    /** Name of the script page that is shown. */
    page: objectNameSchema.nullable(),
  })
  .meta({ id: 'CallDraft' });
export type CallDraft = z.infer<typeof draftSchema>;

/**
 * `POST /api/desk/calls/:id/wrap-up`: 202 `stored`, 200 `saved`, 200 `late`, 400 with the fields to blame, 409 `conflict` (the
 * call has another wrap-up) or `too-late`, 503 keep it and try again.
 *
 * With `another` the contact stays with this agent, to be called at that number now: 409 `agent-busy` with the reason
 * (`do-not-call`, `closed`, `cap-day`, …) when it may not be called, and nothing is saved. Then `POST …/another`.
 */
export const wrapUpSchema = z
  .strictObject({
    id: z.uuid(),
    outcome: objectNameSchema,
    answers: answersSchema,
    note: textSchema(5_000),
    savedAt: instantSchema,
    callback: z
      .strictObject({
        /** Local time of the contact's zone, `YYYY-MM-DDTHH:MM`; with `fold` 1: the second of a time that comes twice. */
        local: z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/),
        fold: z.union([z.literal(0), z.literal(1)]).exactOptional(),
        for: z.enum(['agent', 'anyone']),
      })
      .exactOptional(),
    doNotCallReason: textSchema(500).exactOptional(),
    /** Not with a callback, nor with an outcome that ends the work on the contact (`nonexistent` does not). */
    another: z.strictObject({ number: ownNumberSchema }).exactOptional(),
    quality: z
      .strictObject({
        roundTripMs: z.number().min(0).exactOptional(),
        jitterMs: z.number().min(0).exactOptional(),
        loss: z.number().min(0).max(1).exactOptional(),
        kbps: z.number().min(0).exactOptional(),
      })
      .exactOptional(),
  })
  .meta({ id: 'WrapUp' });
export type WrapUp = z.infer<typeof wrapUpSchema>;

export const wrapUpReplySchema = z
  .discriminatedUnion('state', [
    z.object({ state: z.enum(['stored', 'saved']) }),
    /** The call had been committed without it: it is a correction. `outcome` is the status that counts, perhaps another's choice. */
    z.object({ state: z.literal('late'), outcome: z.string() }),
  ])
  .meta({ id: 'WrapUpReply' });
export type WrapUpReply = z.infer<typeof wrapUpReplySchema>;

const contactNumberSchema = z.object({
  /** As it is shown: national or international format. */
  shown: z.string(),
  e164: z.string(),
  position: z.int(),
  active: z.boolean(),
  doNotCall: z.boolean(),
  /** `Nu mai suna` in this campaign. */
  stopped: z.boolean(),
});

const interactionSchema = z.object({
  callId: z.uuid(),
  at: instantSchema,
  kind: z.enum(CALL_KINDS),
  campaign: z.string(),
  list: z.string().nullable(),
  status: z.string(),
  agent: z.string().nullable(),
  talkMs: z.int(),
  /** Locality, county, age band and the like, where the call was a success. */
  details: z.array(z.string()),
  /** Only for roles that may `recording.play`. */
  recording: z.boolean(),
});

/** `GET /api/customer/:id`: S1-32's fields; what a site does not have is null, its own fields are in `custom`. */
export const customerSchema = z
  .object({
    id: z.int(),
    externalId: z.string().nullable(),
    fullName: z.string().nullable(),
    /** For `{contact.firstName}`, `{contact.lastName}` in scripts. */
    firstName: z.string().nullable(),
    lastName: z.string().nullable(),
    email: z.string().nullable(),
    numbers: z.array(contactNumberSchema),
    locality: z.string().nullable(),
    county: z.string().nullable(),
    age: z.int().nullable(),
    ageBand: z.string().nullable(),
    address: z.string().nullable(),
    language: z.string().nullable(),
    note: z.string().nullable(),
    accountStatus: z.string().nullable(),
    tier: z.string().nullable(),
    openCases: z.string().nullable(),
    lifetimeValue: z.string().nullable(),
    lastContactAt: instantSchema.nullable(),
    state: z.enum(['open', 'closed', 'withdrawn']),
    list: z.string(),
    attempts: z.int(),
    custom: z.record(z.string(), z.string()),
    history: z.array(interactionSchema),
  })
  .meta({ id: 'Customer' });
export type Customer = z.infer<typeof customerSchema>;

/** The agent's call, from the claim to the commit. */
export const deskCallSchema = z.object({
  id: z.uuid(),
  kind: z.enum(CALL_KINDS),
  manual: z.boolean(),
  stage: z.enum(CALL_STAGES),
  stageSince: instantSchema,
  /** Preview: shown until then, not dialed yet. */
  previewUntil: instantSchema.nullable(),
  answeredAt: instantSchema.nullable(),
  heldSince: instantSchema.nullable(),
  deskLostSince: instantSchema.nullable(),
  recording: z.enum(['on', 'off', 'refused']),
  endedAt: instantSchema.nullable(),
  endReason: z.enum(END_REASONS).nullable(),
  /** What follows from the carrier's answer, to be confirmed or corrected. */
  proposedOutcome: z.string().nullable(),
  wrapUpUntil: instantSchema.nullable(),
  /** Seconds by which it may still be extended; 0: not (again). */
  wrapUpExtendSeconds: z.int(),
  campaign: z.object({
    name: z.string(),
    label: z.string(),
    zone: z.string(),
    /** The page asks for the next number by itself when this call is saved. */
    autoNext: z.boolean(),
  }),
  number: contactNumberSchema,
  /** Null for a number dialed by hand that belongs to no contact. */
  customer: customerSchema.nullable(),
  script: scriptSchema.nullable(),
  /** Codes of the statuses that may be chosen now. */
  outcomes: z.array(z.string()),
  /** What the server has of what was typed. */
  draft: draftSchema.nullable(),
});
export type DeskCall = z.infer<typeof deskCallSchema>;

export const deskSchema = z
  .object({
    /** The server's clock: times in state are counted from here. */
    at: instantSchema,
    agent: z.object({
      id: z.int(),
      name: z.string(),
      extension: z.string(),
      state: z.enum(AGENT_STATES),
      since: instantSchema,
      reason: z.string().nullable(),
      nextState: nextStateSchema.nullable(),
      worksOn: z.enum(WORK_MODES).nullable(),
      campaigns: z.array(z.object({ name: z.string(), label: z.string(), manualCalls: z.boolean() })),
      shiftSince: instantSchema.nullable(),
    }),
    /** The one desk of the shift; null: not on shift. */
    deskId: deskIdSchema.nullable(),
    /** Where that is, for the question whether to take over: the browser's name for itself and its address. */
    deskPlace: z.string().nullable(),
    /** The browser of this desk is registered: it can be called. */
    phone: z.enum(['registered', 'unregistered']),
    call: deskCallSchema.nullable(),
    /** Today's own figures. */
    today: z.object({ calls: z.int(), answered: z.int(), positive: z.int(), talkMs: z.int() }),
    callbacksDue: z.int(),
  })
  .meta({ id: 'Desk' });
export type Desk = z.infer<typeof deskSchema>;

/** `POST /api/desk/next`: the desk with its call, or why there is none and when to ask again. */
export const nextNumberSchema = z
  .object({ desk: deskSchema, wait: messageSchema.extend({ until: instantSchema }).nullable() })
  .meta({ id: 'NextNumber' });
export type NextNumber = z.infer<typeof nextNumberSchema>;

/** `GET /api/desk/options`: what can be chosen at log-on and in a pause. */
export const deskOptionsSchema = z
  .object({
    campaigns: z.array(z.object({ name: z.string(), label: z.string() })),
    pauseReasons: z.array(
      z.object({
        name: z.string(),
        labels: z.object({ ro: z.string(), en: z.string() }),
        maxMinutes: z.int().nullable(),
      }),
    ),
  })
  .meta({ id: 'DeskOptions' });
export type DeskOptions = z.infer<typeof deskOptionsSchema>;

/** `GET /api/desk/calls`: the agent's last calls, newest first. */
export const deskHistorySchema = z
  .object({
    calls: z.array(
      z.object({
        id: z.uuid(),
        at: instantSchema,
        kind: z.enum(CALL_KINDS),
        number: z.string(),
        name: z.string().nullable(),
        contactId: z.int().nullable(),
        status: z.string().nullable(),
        talkMs: z.int(),
      }),
    ),
  })
  .meta({ id: 'DeskHistory' });
export type DeskHistory = z.infer<typeof deskHistorySchema>;

/** `GET`, `PUT /api/desk/speed-dials`. */
export const speedDialsSchema = z
  .strictObject({
    speedDials: z
      .array(z.strictObject({ label: textSchema(60).trim().min(1), number: textSchema(40) }))
      .max(20),
  })
  .meta({ id: 'SpeedDials' });
export type SpeedDials = z.infer<typeof speedDialsSchema>;

export const customerIdSchema = idSchema;

/** On `/api/desk/live`. */
export const deskMessageSchema = z.object({ type: z.literal('desk'), desk: deskSchema });
export type DeskMessage = z.infer<typeof deskMessageSchema>;
