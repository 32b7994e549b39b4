import { describe, expect, it } from 'vitest';
import { ROLES } from '../contracts/model/role.ts';
import { ACTIONS, can, permissionsOf } from './permissions.ts';

describe('the permission table', () => {
  it('gives the administrator everything', () => {
    expect(permissionsOf('administrator')).toEqual(ACTIONS);
  });

  it('shows upper management totals, but no numbers, names, recordings or live pages', () => {
    expect(can('management', 'report.read')).toBe(true);
    for (const action of ['number.read', 'name.read', 'recording.play', 'live.read', 'codec.use'] as const) {
      expect(can('management', action)).toBe(false);
    }
  });

  it('lets agents see their desk and nothing of campaigns', () => {
    expect(permissionsOf('agent')).toEqual(['status.list', 'desk.use', 'customer.read']);
  });

  it('keeps recordings to supervisors and administrators, decryption to operators and administrators', () => {
    expect(ROLES.filter((role) => can(role, 'recording.play'))).toEqual(['supervisor', 'administrator']);
    expect(ROLES.filter((role) => can(role, 'codec.use'))).toEqual(['operator', 'administrator']);
  });

  it.each(['supervisor', 'operator', 'administrator'] as const)('lets the %s watch and pause', (role) => {
    expect(can(role, 'live.read') && can(role, 'campaign.pause')).toBe(true);
  });
});
