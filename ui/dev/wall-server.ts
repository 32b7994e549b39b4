/// <reference types="node" />
/**
 * The wall of the fixture server: a socket that changes some agents each second, and answers to what is asked of it.
 * @module
 */
import type { WebSocket } from 'ws';
import type { WallMessage } from '../../contracts/http/wall.ts';
import type { Role } from '../../contracts/model/role.ts';
import { can } from '../../domain/permissions.ts';
import { wallSnapshot, wallUpdate, type WallSeen } from './wall-fixtures.ts';

const UPDATE_MS = 1_000;

/** @param scene of the cookie `wall`: `mare` is a floor of 200 agents, `gol` nobody, `stau` a picture that stands still */
export function wallLive(
  socket: WebSocket,
  asked: { role: Role | undefined; screen: boolean; scene: string | undefined; now: () => number },
): void {
  const { role, scene, now } = asked;
  if (role === undefined) return socket.close(4401);
  const seen: WallSeen = {
    agents: scene === 'mare' ? 200 : scene === 'gol' ? 0 : 14,
    rows: can({ role, grants: [] }, 'agent.read'),
    customers: !asked.screen && can({ role, grants: [] }, 'number.read'),
  };
  const send = (message: WallMessage): void => socket.send(JSON.stringify(message));
  send({ type: 'snapshot', snapshot: wallSnapshot(now(), seen) });
  if (scene === 'vechi') return send({ type: 'stale', since: new Date(now()).toISOString() });
  if (scene !== 'mare-viu') return undefined;
  let turn = 0;
  const timer = setInterval(() => send(wallUpdate(now(), ++turn, seen)), UPDATE_MS);
  socket.on('close', () => clearInterval(timer));
}

/** Answers to changes: body, or undefined where the path is not the wall's. */
export function wallAnswer(method: string, path: string, body: unknown): object | undefined {
  if (method === 'PUT' && path === '/api/wall/thresholds') return { ...(body as object), version: 4 };
  if (method === 'POST' && /^\/api\/agents\/\d+\/state$/.test(path)) return { state: 'changed' };
  return undefined;
}
