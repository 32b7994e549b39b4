/**
 * What the auditor finds after a fault, each finding once.
 * @module
 */
import type { AuditReport } from '../../auditor/run-audit.ts';

/** design.md §7.6: no dialog and no media session without an owner after 30 s. */
const ORPHANS_MS = 30_000;

/**
 * New findings, as `invariant: text`; none is what every test wants. Orphaned dialogs and media get their 30 s, everything else
 * is judged at once.
 *
 * @param audit at this instant: whatever stands then would count as an orphan
 * @param judged findings of earlier faults on the same site: each fault answers for its own
 */
export async function newFindings(
  audit: (now: Date) => Promise<AuditReport>,
  judged: Set<string>,
): Promise<string[]> {
  const deadline = Date.now() + ORPHANS_MS;
  for (;;) {
    const report = await audit(new Date(Date.now() + ORPHANS_MS));
    const findings = Object.entries(report.invariants)
      .flatMap(([id, { findings: found }]) => found.map((text) => `${id}: ${text}`))
      .filter((finding) => !judged.has(finding));
    const onlyOrphans = findings.every((finding) => finding.startsWith('6:'));
    if (findings.length === 0 || !onlyOrphans || Date.now() > deadline) {
      for (const finding of findings) judged.add(finding);
      return findings;
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
