/**
 * Counts imports again from the rows that they left: nothing of what they say of themselves is believed.
 * @module
 */
import { rowsOf, type Queryable } from '../../db/queryable.ts';

/** Each names one import, contact or number and what is wrong with it. One row of the answer is one finding. */
const FINDINGS = `
  with i as (
    select *, coalesce((input->>'dryRun')::boolean, false) as dry from imports
  ), rejects as (
    select import_id, count(*) as n, count(*) filter (where outcome = 'duplicate') as duplicate,
      count(*) filter (where outcome = 'invalid') as invalid,
      count(*) filter (where outcome = 'suppressed') as suppressed,
      count(*) filter (where line is null or reason is null or reason = '') as unexplained, max(row_no) as last
    from import_rejects group by import_id
  )
  select 'import ' || workflow_id || ': ' || rows_done || ' rows are not the sum of their outcomes' as finding
  from i where rows_done <> accepted + duplicate + invalid + suppressed
  union all
  select 'import ' || i.workflow_id || ': rejects kept ' || coalesce(r.n, 0) || ', counted ' || (rows_done - accepted)
  from i left join rejects r on r.import_id = i.id
  where (coalesce(r.duplicate, 0), coalesce(r.invalid, 0), coalesce(r.suppressed, 0))
    is distinct from (i.duplicate::bigint, i.invalid::bigint, i.suppressed::bigint)
  union all
  select 'import ' || i.workflow_id || ': a reject has no line or reason, or lies behind the last row'
  from i join rejects r on r.import_id = i.id where r.unexplained > 0 or r.last > i.rows_done
  union all
  select 'import ' || i.workflow_id || ': ' || i.accepted || ' accepted, ' || count(c.id) || ' contacts'
  from i left join contacts c on c.import_id = i.id group by i.id, i.workflow_id, i.accepted, i.dry
  having count(c.id) <> case when i.dry then 0 else i.accepted end
  union all
  select 'import ' || i.workflow_id || ': row ' || c.row_no || ' is there twice'
  from i join contacts c on c.import_id = i.id group by i.workflow_id, c.import_id, c.row_no having count(*) > 1
  union all
  select 'import ' || i.workflow_id || ': row ' || c.row_no || ' is accepted and rejected'
  from i join contacts c on c.import_id = i.id join import_rejects r on r.import_id = i.id and r.row_no = c.row_no
  union all
  select 'number ' || number_id || ' is active twice in campaign ' || campaign_id
  from contact_numbers where active group by number_id, campaign_id having count(*) > 1
  union all
  select 'contact ' || c.id || ' (' || c.state || ') has ' || count(q.contact_id) || ' places in the queue'
  from contacts c left join dial_queue q on q.contact_id = c.id
  group by c.id, c.state having count(q.contact_id) <> (c.state = 'open')::int
  union all
  select 'contact ' || c.id || ' has no number' from contacts c
  where not exists (select from contact_numbers n where n.contact_id = c.id)
  union all
  select 'contact ' || c.id || ' was withdrawn and keeps a number' from contacts c
  where c.state = 'withdrawn' and exists (select from contact_numbers n where n.contact_id = c.id and n.active)
  union all
  select 'queue of contact ' || q.contact_id || ' is of another list, campaign or rank'
  from dial_queue q join contacts c on c.id = q.contact_id join lists l on l.id = c.list_id
  where (q.list_id, q.campaign_id) is distinct from (c.list_id, c.campaign_id)
    or (q.attempts = 0 and q.rank <> case l.kind when 'priority' then 0 else 2 end)`;

/** @returns one sentence for each thing that does not add up */
export async function recountImports(on: Queryable): Promise<string[]> {
  const rows = await rowsOf<{ finding: string }>(on, FINDINGS);
  return rows.map((row) => row.finding);
}
