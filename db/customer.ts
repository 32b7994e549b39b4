/**
 * The card of a contact: who it is, its numbers, what happened before (S1-32, S1-34).
 * @module
 */
import type { CallKind } from '../contracts/model/call.ts';
import { customerAttributes } from '../domain/customer-attributes.ts';
import { preparedRowsOf, type Queryable } from './queryable.ts';

export interface NumberView {
  e164: string;
  position: number;
  active: boolean;
  doNotCall: boolean;
  /** `Nu mai suna` in this campaign. */
  stopped: boolean;
}

export interface CustomerView {
  id: number;
  externalId: string | null;
  firstName: string | null;
  lastName: string | null;
  email: string | null;
  numbers: NumberView[];
  locality: string | null;
  county: string | null;
  age: number | null;
  ageBand: string | null;
  address: string | null;
  language: string | null;
  note: string | null;
  accountStatus: string | null;
  tier: string | null;
  openCases: string | null;
  lifetimeValue: string | null;
  lastContactAt: Date | null;
  state: 'open' | 'closed' | 'withdrawn';
  list: string;
  campaign: string;
  attempts: number;
  /** What is left of the list's own columns. */
  custom: Record<string, string>;
  /** All columns of the list's own, for prefilled fields of a script. */
  attributes: Record<string, string>;
  history: InteractionView[];
}

export interface InteractionView {
  callId: string;
  at: Date;
  kind: CallKind;
  campaign: string;
  list: string | null;
  status: string;
  agent: string | null;
  talkMs: number;
  /** Answers of a positive call, short ones; of a contact that was passed over, why. */
  details: string[];
  recording: boolean;
}

const HISTORY_ROWS = 20;
const DETAILS = 6;

type CustomerRow = Omit<
  CustomerView,
  'history' | 'custom' | 'accountStatus' | 'tier' | 'openCases' | 'lifetimeValue' | 'attributes'
> & { attributes: Record<string, string> | null; history: (Omit<InteractionView, 'at'> & { at: string })[] };

/** @param exceptCall the call that goes on, which is no history yet */
export async function readCustomer(
  on: Queryable,
  params: { contactId: number; exceptCall?: string },
): Promise<CustomerView | undefined> {
  const [row] = await preparedRowsOf<CustomerRow>(on, { name: 'customer', text: CUSTOMER }, [
    params.contactId,
    params.exceptCall ?? null,
  ]);
  if (!row) return undefined;
  const { attributes, history, ...rest } = row;
  return {
    ...rest,
    ...customerAttributes(attributes ?? {}),
    attributes: attributes ?? {},
    history: history.map((one) => ({ ...one, at: new Date(one.at) })),
  };
}

/** History by the contact's numbers: what another campaign or list knew of the person belongs to it. */
const CUSTOMER = `
  with mine as (select number_id from contact_numbers where contact_id = $1),
  past as (
    select e.* from calls e
    where e.number_id in (select number_id from mine) and e.committed_at is not null and e.id is distinct from $2::uuid
    order by e.claimed_at desc, e.id limit ${HISTORY_ROWS})
  select ct.id, ct.external_id as "externalId", ct.first_name as "firstName", ct.last_name as "lastName", ct.email,
    ct.locality, ct.county, ct.age, ct.age_band as "ageBand", ct.address, ct.language, ct.note, ct.state, ct.attributes,
    li.name as list, camp.name as campaign,
    (select max(coalesce(e.answered_at, e.invited_at)) from past e) as "lastContactAt",
    coalesce((select attempts from dial_queue q where q.contact_id = ct.id),
      (select max(attempt) from calls e where e.contact_id = ct.id), 0) as attempts,
    (select json_agg(json_build_object('e164', n.e164, 'position', cn.position, 'active', cn.active,
        'doNotCall', n.do_not_call_at is not null,
        'stopped', s.stopped_at is not null and s.lifted_at is null) order by cn.position)
     from contact_numbers cn join numbers n on n.id = cn.number_id
     left join campaign_numbers s on s.campaign_id = cn.campaign_id and s.number_id = cn.number_id
     where cn.contact_id = ct.id) as numbers,
    coalesce((
      select json_agg(json_build_object('callId', e.id, 'at', coalesce(e.invited_at, e.claimed_at), 'kind', e.kind,
        'campaign', coalesce(o.body->>'label', ''), 'list', l.name, 'status', st.code, 'agent', u.display_name,
        'talkMs', coalesce(e.talk_ms, 0), 'recording', coalesce(e.recording_state = 'ready', false),
        'details', case when e.reason = 'skipped' and e.note is not null then json_build_array(e.note) when st.positive then coalesce((
          select json_agg(x.value) from (
            select a.value #>> '{}' as value from call_answers a
            where a.call_id = e.id and jsonb_typeof(a.value) in ('string', 'number') and length(a.value #>> '{}') <= 60
            order by a.field limit ${DETAILS}) x), '[]') else '[]'::json end) order by e.claimed_at desc, e.id)
      from past e
      join statuses st on st.id = e.status_id
      left join config_objects o on o.id = e.campaign_id
      left join lists l on l.id = e.list_id
      left join users u on u.id = e.agent_id), '[]') as history
  from contacts ct
  join lists li on li.id = ct.list_id
  join campaigns camp on camp.id = ct.campaign_id
  where ct.id = $1`;

/** The number that is called; of a number dialed by hand, position 1. */
export async function readNumberOf(
  on: Queryable,
  params: { numberId: number; campaignId: number; contactId: number | null },
): Promise<NumberView | undefined> {
  const [row] = await preparedRowsOf<NumberView>(on, { name: 'called-number', text: NUMBER }, [
    params.numberId,
    params.campaignId,
    params.contactId,
  ]);
  return row;
}

const NUMBER = `
  select n.e164, coalesce(cn.position, 1) as position, coalesce(cn.active, true) as active,
    n.do_not_call_at is not null as "doNotCall", coalesce(s.stopped_at is not null and s.lifted_at is null, false) as stopped
  from numbers n
  left join contact_numbers cn on cn.contact_id = $3 and cn.number_id = n.id
  left join campaign_numbers s on s.campaign_id = $2 and s.number_id = n.id
  where n.id = $1`;
