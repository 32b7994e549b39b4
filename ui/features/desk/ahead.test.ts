import { expect, it } from 'vitest';
import { createApi } from '../../api/client.ts';
import { createDeskApi } from '../../api/desk.ts';
import { askAtOnceForDesk, ON_SHIFT_KEY } from './ahead.ts';
import { DESK_ID_KEY } from './desk-id.ts';

const DESK_ID = '0d6f0c3e-5a0e-4d0c-9d55-1b7f5f9f0a01';

function setUp(kept: Record<string, string>) {
  const asked: string[] = [];
  const api = createApi({
    fetch: async (path, init) => {
      asked.push(`${init?.method ?? 'GET'} ${path instanceof Request ? path.url : path.toString()}`);
      return Response.json({ answer: asked.length });
    },
  });
  const storage = { get: (key: string) => kept[key] ?? null, set: () => undefined };
  return { asked, api, storage };
}

it('what a desk on shift asks at once is what it asks later: once, and then anew', async () => {
  const { asked, api, storage } = setUp({ [DESK_ID_KEY]: DESK_ID, [ON_SHIFT_KEY]: '1' });
  askAtOnceForDesk({ api, storage });
  const early = ['POST /api/desk/sip', 'GET /api/desk'];
  expect(asked).toEqual(early);
  const desk = createDeskApi(api.request);
  expect(await Promise.all([desk.sip(DESK_ID), desk.desk()])).toEqual([{ answer: 1 }, { answer: 2 }]);
  expect(asked).toEqual(early);
  expect(await desk.sip(DESK_ID)).toEqual({ answer: 3 });
  expect(await desk.sip('another desk')).toEqual({ answer: 4 });
});

it('nobody on shift, nobody asks', () => {
  const { asked, api, storage } = setUp({ [DESK_ID_KEY]: DESK_ID });
  askAtOnceForDesk({ api, storage });
  expect(asked).toEqual([]);
});
