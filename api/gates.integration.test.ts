import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gateOf, type Gate } from './auth/gate.ts';
import { startTestApi, type TestApi } from './testing/test-api.ts';

interface Route {
  method: string;
  path: string;
  gates: Gate[];
}

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

function routes(): Route[] {
  const byKey = new Map<string, Route>();
  for (const { method, path, handler } of api.app.routes) {
    // 'ALL' are the middlewares that hold for whole trees.
    if (method === 'ALL') continue;
    const key = `${method} ${path}`;
    const route = byKey.get(key) ?? { method, path, gates: [] };
    const gate = gateOf(handler);
    if (gate) route.gates.push(gate);
    byKey.set(key, route);
  }
  return [...byKey.values()];
}

/** Who passes where: `access.integration.test.ts`. */
describe('the gates', () => {
  it('stand before every route, one each', () => {
    const all = routes();
    expect(all.length).toBeGreaterThanOrEqual(20);
    expect(all.filter((route) => route.gates.length !== 1)).toEqual([]);
  });

  it('are open for log-in, the link of a screen, health, the description and the page only', () => {
    const open = routes().filter((route) => route.gates[0]?.kind === 'open');
    expect(open.map((route) => `${route.method} ${route.path}`).sort()).toEqual([
      'GET /*',
      'GET /healthz',
      'GET /openapi.json',
      'GET /readyz',
      'POST /api/screen',
      'POST /api/session',
    ]);
    const guest = routes().filter((route) => route.gates[0]?.kind === 'guest');
    expect(guest.map((route) => `${route.method} ${route.path}`)).toEqual(['GET /api/session']);
  });
});
