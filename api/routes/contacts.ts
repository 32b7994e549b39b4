/**
 * Contacts: search, card, edit, close and open, opposition, and why one is (not) called.
 * @module
 */
import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import {
  contactChangedSchema,
  contactDetailSchema,
  contactEditSchema,
  contactIdSchema,
  contactOppositionSchema,
  contactPageSchema,
  contactReasonSchema,
  contactSearchSchema,
  whyDialedSchema,
  type ContactDetail,
  type ContactRow,
} from '../../contracts/http/contacts.ts';
import { editContact, type ContactChanges } from '../../db/contact-edit.ts';
import { readContactFacts, type ContactFacts } from '../../db/contact-facts.ts';
import { searchContacts, type FoundContact } from '../../db/contact-search.ts';
import { closeContact, reopenContact, type ContactStateResult } from '../../db/contact-state.ts';
import { readCustomer, type CustomerView } from '../../db/customer.ts';
import { setDoNotCall } from '../../db/do-not-call.ts';
import { liftStoppedNumber } from '../../db/stopped-numbers.ts';
import { whyDialed } from '../../db/why-dialed.ts';
import type { Person } from '../../domain/permissions.ts';
import type { Gates } from '../auth/gate.ts';
import type { ApiDeps } from '../deps.ts';
import { toCustomer } from '../desk/desk-picture.ts';
import { createRouter, json, jsonBody } from '../http/openapi.ts';
import { ApiProblem } from '../http/problem.ts';
import { sessionOf } from '../http/session-of.ts';
import { findCampaign } from '../queries/campaigns.ts';
import { toE164 } from '../queries/number-filter.ts';

type ContactRouteDeps = Pick<ApiDeps, 'db' | 'clock' | 'siteZone'>;

const params = z.object({ id: contactIdSchema });

export function contactRoutes(deps: ContactRouteDeps, gates: Gates) {
  const { db, clock } = deps;
  const mustRead = async (contactId: number): Promise<ContactFacts> => {
    const facts = await readContactFacts(db.pool, { contactId });
    if (facts === undefined) throw new ApiProblem('not-found');
    return facts;
  };
  const changeRoute = <P extends string>(path: P, summary: string) =>
    createRoute({
      method: 'post',
      path,
      tags: ['contacts'],
      summary,
      middleware: [gates.allow('contact.edit')],
      request: { params, body: jsonBody(contactReasonSchema) },
      responses: { 200: json(contactChangedSchema, 'Done') },
    });

  return createRouter()
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/contacts/search',
        tags: ['contacts'],
        summary: 'Contacts by number, name, list, state',
        middleware: [gates.allow('contact.read')],
        request: { body: jsonBody(contactSearchSchema) },
        responses: { 200: json(contactPageSchema, 'Newest first') },
      }),
      async (c) => {
        const { number, campaign, list, ...rest } = c.req.valid('json');
        const e164 = number === undefined ? undefined : toE164(number);
        if (e164 === null) throw invalid('number', 'is not a telephone number');
        const found = campaign === undefined ? undefined : await findCampaign(db, campaign);
        const rows =
          found === null
            ? []
            : await searchContacts(db.pool, { ...rest, campaignId: found?.id, listId: list, e164 });
        const page = rows.slice(0, rest.limit);
        const nextBefore = rows.length > page.length ? (page.at(-1)?.id ?? null) : null;
        return c.json({ contacts: page.map(toRow), nextBefore }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/contacts/{id}',
        tags: ['contacts'],
        summary: 'One contact: card, numbers, history, changes',
        middleware: [gates.allow('contact.read')],
        request: { params },
        responses: { 200: json(contactDetailSchema, 'The contact') },
      }),
      async (c) => {
        const contactId = c.req.valid('param').id;
        const [facts, card] = await Promise.all([mustRead(contactId), readCustomer(db.pool, { contactId })]);
        if (card === undefined) throw new ApiProblem('not-found');
        return c.json(toDetail(facts, card, sessionOf(c)), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/contacts/{id}/why',
        tags: ['contacts'],
        summary: 'Why it is (not) called: the gates of the claim',
        middleware: [gates.allow('contact.read')],
        request: { params },
        responses: { 200: json(whyDialedSchema, 'As of now') },
      }),
      async (c) => {
        const contactId = c.req.valid('param').id;
        const why = await whyDialed(db, { contactId, now: clock.now() });
        if (why === undefined) throw new ApiProblem('not-found');
        const zone = why.gates.find(({ gate }) => gate === 'calendar')?.seen['zone'];
        return c.json(
          {
            ...why,
            at: why.at.toISOString(),
            until: why.until?.toISOString() ?? null,
            gates: why.gates.map(({ until, ...gate }) => ({
              ...gate,
              ...(until && { until: until.toISOString() }),
            })),
            zone: typeof zone === 'string' ? zone : deps.siteZone,
          },
          200,
        );
      },
    )
    .openapi(
      createRoute({
        method: 'patch',
        path: '/api/contacts/{id}',
        tags: ['contacts'],
        summary: 'Correct what the list says of the person',
        middleware: [gates.allow('contact.edit')],
        request: { params, body: jsonBody(contactEditSchema) },
        responses: { 200: json(contactChangedSchema, 'Done') },
      }),
      async (c) => {
        const { version, changes } = c.req.valid('json');
        const result = await editContact(db, {
          contactId: c.req.valid('param').id,
          version,
          changes: given(changes),
          by: sessionOf(c).name,
          now: clock.now(),
        });
        if (result === 'no-such-contact') throw new ApiProblem('not-found');
        if (result === 'conflict') throw new ApiProblem('conflict', { reason: 'changed' });
        return c.json({ changed: result === 'changed' }, 200);
      },
    )
    .openapi(changeRoute('/api/contacts/{id}/close', 'Do not call this contact any more'), async (c) => {
      const result = await closeContact(db, {
        contactId: c.req.valid('param').id,
        ...c.req.valid('json'),
        by: sessionOf(c).name,
        now: clock.now(),
      });
      return c.json(changed(result), 200);
    })
    .openapi(changeRoute('/api/contacts/{id}/reopen', 'Call this contact again'), async (c) => {
      const result = await reopenContact(db, {
        contactId: c.req.valid('param').id,
        ...c.req.valid('json'),
        by: sessionOf(c).name,
        now: clock.now(),
      });
      return c.json(changed(result), 200);
    })
    .openapi(
      changeRoute('/api/contacts/{id}/lift-stopped', 'Lift „Nu mai suna” from the numbers, in its campaign'),
      async (c) => {
        const facts = await mustRead(c.req.valid('param').id);
        const found = await findCampaign(db, facts.campaign);
        if (found === null) throw new ApiProblem('not-found');
        let lifted = false;
        for (const { e164 } of facts.numbers.filter(({ stopped }) => stopped)) {
          const result = await liftStoppedNumber(db, {
            campaignId: found.id,
            e164,
            ...c.req.valid('json'),
            by: sessionOf(c).name,
            now: clock.now(),
          });
          lifted ||= result !== undefined;
        }
        return c.json({ changed: lifted }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/contacts/{id}/do-not-call',
        tags: ['contacts'],
        summary: 'The person does not want to be called: all numbers, everywhere',
        middleware: [gates.allow('do-not-call.edit')],
        request: { params, body: jsonBody(contactOppositionSchema) },
        responses: { 200: json(contactChangedSchema, 'Done') },
      }),
      async (c) => {
        const facts = await mustRead(c.req.valid('param').id);
        let set = false;
        for (const { e164 } of facts.numbers) {
          const by = sessionOf(c).name;
          const isNew = await setDoNotCall(db, { e164, ...c.req.valid('json'), by, now: clock.now() });
          set ||= isNew;
        }
        return c.json({ changed: set }, 200);
      },
    );
}

function changed(result: ContactStateResult): { changed: boolean } {
  if (result === 'no-such-contact') throw new ApiProblem('not-found');
  if (result !== 'changed') throw new ApiProblem('conflict', { reason: result.refused });
  return { changed: true };
}

function invalid(path: string, message: string): ApiProblem {
  return new ApiProblem('invalid-request', { issues: [{ path, message }] });
}

/** What was sent; an empty text is none. */
function given(changes: Record<string, unknown>): ContactChanges {
  const entries = Object.entries(changes).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [name, emptyToNull(value)]));
}

function emptyToNull(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value === '' ? null : value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, inner === '' ? null : inner]),
  );
}

function nameOf(row: { lastName: string | null; firstName: string | null }): string | null {
  const name = [row.lastName, row.firstName].filter(Boolean).join(' ');
  return name === '' ? null : name;
}

function toRow({ lastName, firstName, listId, list, dueAt, ...row }: FoundContact): ContactRow {
  return {
    ...row,
    name: nameOf({ lastName, firstName }),
    list: { id: listId, name: list },
    dueAt: dueAt?.toISOString() ?? null,
  };
}

function toDetail(facts: ContactFacts, card: CustomerView, person: Person): ContactDetail {
  const { list, listId, listKind, importState: _, closedAt, createdAt, numbers, changes, ...rest } = facts;
  return {
    ...rest,
    card: toCustomer(card, person),
    list: { id: listId, name: list, kind: listKind },
    closedAt: closedAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
    attributes: card.attributes,
    numbers: numbers.map((one) => ({
      ...one,
      doNotCall: one.doNotCall && { ...one.doNotCall, at: new Date(one.doNotCall.at).toISOString() },
    })),
    changes: changes.map(({ at, actor, action, before, after }) => ({
      at: at.toISOString(),
      by: actor,
      action,
      before: asRecord(before),
      after: asRecord(after),
    })),
  };
}

function asRecord(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
}
