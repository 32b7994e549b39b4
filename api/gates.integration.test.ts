import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROLES, type Role } from '../contracts/model/role.ts';
import { can } from '../domain/permissions.ts';
import { gateOf, type Gate } from './auth/gate.ts';
import { ORIGIN, seedCampaign, startTestApi, type TestApi } from './testing/test-api.ts';

interface Route {
  method: string;
  path: string;
  gates: Gate[];
}

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
  await seedCampaign(api.db);
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

function request(route: Route, headers: Record<string, string>): Promise<Response> {
  const path = route.path.replace(':name', 'oradea').replace(':id', randomUUID());
  const body = route.method === 'POST' ? JSON.stringify({}) : null;
  return Promise.resolve(
    api.app.request(`${ORIGIN}${path}`, {
      method: route.method,
      headers: { origin: ORIGIN, 'content-type': 'application/json', ...headers },
      body,
    }),
  );
}

function mayPass(gate: Gate, role: Role): boolean {
  return gate.kind === 'action' || gate.kind === 'codec' ? can(role, gate.action) : true;
}

describe('the gates', () => {
  it('stand before every route, one each', () => {
    const all = routes();
    expect(all.length).toBeGreaterThanOrEqual(20);
    expect(all.filter((route) => route.gates.length !== 1)).toEqual([]);
  });

  it('are open for log-in, health, the description and the page only', () => {
    const open = routes().filter((route) => route.gates[0]?.kind === 'open');
    expect(open.map((route) => `${route.method} ${route.path}`).sort()).toEqual([
      'GET /*',
      'GET /healthz',
      'GET /openapi.json',
      'GET /readyz',
      'POST /api/session',
    ]);
  });

  it('keep strangers out of everything else', async () => {
    for (const route of routes()) {
      if (route.gates[0]?.kind === 'open') continue;
      const response = await request(route, {});
      expect([`${route.method} ${route.path}`, response.status]).toEqual([
        `${route.method} ${route.path}`,
        401,
      ]);
    }
  });

  it.each(ROLES)('let %s pass exactly where the table says', async (role) => {
    const cookie = await api.cookie(role);
    for (const route of routes()) {
      const gate = route.gates[0];
      if (!gate || gate.kind === 'open' || gate.kind === 'metrics' || route.method === 'DELETE') continue;
      const response = await request(route, { cookie });
      const refused = response.status === 401 || response.status === 403;
      expect([`${route.method} ${route.path}`, refused]).toEqual([
        `${route.method} ${route.path}`,
        !mayPass(gate, role),
      ]);
      expect(response.status).toBeLessThan(500);
    }
  });
});
