import { describe, expect, it } from 'vitest';
import { GRANTS, ROLES, type Role } from '../contracts/model/role.ts';
import { ACTIONS, can, grantsFor, ownPermissionsOf, permissionsOf, reachOf } from './permissions.ts';

const person = (role: Role, grants: readonly (typeof GRANTS)[number][] = []) => ({ role, grants });

describe('the permission table', () => {
  it('gives the administrator everything', () => {
    expect(permissionsOf(person('administrator'))).toEqual(ACTIONS);
  });

  it('shows upper management totals, but no numbers, names, recordings, agents or live pages', () => {
    const management = person('management');
    expect(can(management, 'report.read')).toBe(true);
    for (const action of [
      'number.read',
      'name.read',
      'agent.read',
      'recording.play',
      'recording.download',
      'history.read',
      'live.read',
      'codec.use',
    ] as const) {
      expect([action, reachOf(management, action)]).toEqual([action, 'none']);
    }
  });

  it('lets agents see their desk and their own calls, and nothing of campaigns', () => {
    expect(permissionsOf(person('agent'))).toEqual(['account.edit', 'status.list', 'desk.use']);
    expect(ownPermissionsOf(person('agent'))).toEqual([
      'call.list',
      'call.read',
      'number.read',
      'name.read',
      'customer.read',
    ]);
    expect(can(person('agent'), 'call.read', { own: true })).toBe(true);
    expect(can(person('agent'), 'call.read', { own: false })).toBe(false);
  });

  it('keeps recordings to supervisors and administrators, decryption to operators and administrators', () => {
    expect(ROLES.filter((role) => can(person(role), 'recording.play'))).toEqual([
      'supervisor',
      'administrator',
    ]);
    expect(ROLES.filter((role) => can(person(role), 'codec.use'))).toEqual(['operator', 'administrator']);
  });

  it.each(['supervisor', 'operator', 'administrator'] as const)('lets the %s watch and pause', (role) => {
    expect(can(person(role), 'live.read') && can(person(role), 'campaign.pause')).toBe(true);
  });

  it('keeps people, trunks and the journal to administrators', () => {
    for (const action of ['user.manage', 'trunk.edit', 'audit.read'] as const) {
      expect(ROLES.filter((role) => can(person(role), action))).toEqual(['administrator']);
    }
  });
});

describe('a grant', () => {
  it('gives one person one action more, and nothing else', () => {
    const before = permissionsOf(person('management'));
    const after = permissionsOf(person('management', ['number.read']));
    expect(after.filter((action) => !before.includes(action))).toEqual(['number.read']);
  });

  it('reaches an agent for their own calls only', () => {
    const agent = person('agent', ['recording.play']);
    expect(reachOf(agent, 'recording.play')).toBe('own');
    expect(can(agent, 'recording.play')).toBe(false);
    expect(can(agent, 'recording.play', { own: true })).toBe(true);
  });

  it('that the role may not have counts for nothing: a role taken away takes it along', () => {
    for (const role of ROLES) {
      for (const grant of GRANTS) {
        const without = reachOf(person(role), grant);
        const granted = reachOf(person(role, [grant]), grant);
        expect([role, grant, granted !== without]).toEqual([role, grant, grantsFor(role).includes(grant)]);
      }
    }
    expect(grantsFor('administrator')).toEqual([]);
  });
});
