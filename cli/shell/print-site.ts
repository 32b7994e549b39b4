/**
 * What the person needs to know of a running site.
 * @module
 */
import type { Site } from '../parts/bring-up.ts';

export function siteText(site: Site, startedInMs: number): string {
  const { addresses, newUsers } = site;
  const lines = [
    '',
    `Apel is up (${(startedInMs / 1000).toFixed(1)} s).`,
    '',
    `  page          ${addresses.page}`,
    `  Temporal UI   ${addresses.temporalUi ?? '(of your own server)'}`,
    `  Temporal      ${addresses.temporal}`,
    `  imports       ${site.env['APEL_IMPORTS'] ?? ''}`,
  ];
  if (newUsers.length > 0) {
    lines.push('', '  log-ins (shown this once; change one with: ./apel user password NAME)');
    for (const user of newUsers) {
      lines.push(`    ${user.name.padEnd(14)} ${user.password}   (${user.role})`);
    }
  }
  return `${lines.join('\n')}\n`;
}
