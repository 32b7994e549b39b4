/**
 * Who may import whom (docs/architecture.md). The transitive truth: oxlint and the per-folder tsconfigs check the same
 * where one types, this checks what came out of it.
 */
const top =
  'contracts|domain|workflows|telephony|sip-server|db|platform|temporal-config|activities|api|ui|workers|cli|demo|bench|test';

/** A folder may import itself, the named folders and the named packages; type-only edges count. */
function mayImport(from, folders, comment) {
  const allowed = [from, ...folders].map((f) => `^${f}/`).join('|');
  return {
    name: `${from.replaceAll('/', '-')}-imports`,
    comment,
    severity: 'error',
    from: { path: `^${from}/`, pathNot: '\\.test\\.tsx?$|/testing/' },
    to: { path: `^(${top})/`, pathNot: allowed },
  };
}

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    mayImport('contracts/model', [], 'Plain types depend on nothing.'),
    mayImport('contracts/temporal', ['contracts/model'], 'Loaded by workflows: nothing else may come in.'),
    mayImport('contracts/http', ['contracts/model'], 'Shared with the browser.'),
    mayImport('domain', ['contracts/model'], 'Pure rules know shapes only.'),
    mayImport(
      'workflows',
      ['contracts/model', 'contracts/temporal', 'domain'],
      'Workflow code is deterministic and small.',
    ),
    mayImport('telephony', ['contracts/model', 'domain', 'platform'], 'The SIP and media library.'),
    mayImport('sip-server', [], 'A server of its own; knows nothing of Apel.'),
    mayImport('db', ['contracts/model', 'domain'], 'Queries take and give plain shapes.'),
    mayImport('platform', ['contracts/model'], 'Config, logs, metrics: below everything.'),
    mayImport('temporal-config', ['contracts', 'domain', 'platform'], 'How to reach Temporal.'),
    mayImport(
      'activities',
      ['contracts', 'domain', 'db', 'platform', 'temporal-config'],
      'Telephony only through ports.',
    ),
    mayImport(
      'api',
      ['contracts', 'domain', 'db', 'platform', 'temporal-config'],
      'Never workflows, never telephony.',
    ),
    mayImport('ui', ['contracts/model', 'contracts/http', 'domain', 'api/app-type.ts'], 'The browser.'),
    {
      name: 'workflow-packages',
      comment: 'No zod, no Node, no time zones in workflow code.',
      severity: 'error',
      from: { path: '^workflows/', pathNot: '\\.test\\.ts$' },
      to: {
        dependencyTypes: ['npm', 'core'],
        pathNot: 'node_modules/@temporalio/(workflow|common)',
      },
    },
    {
      name: 'nobody-imports-workflows',
      comment: 'Workflows are started by name; workers load them by path.',
      severity: 'error',
      from: { path: `^(${top})/`, pathNot: '^workflows/|^test/|\\.test\\.ts$|/testing/' },
      to: { path: '^workflows/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // The parser of this tool knows no JSX; what .tsx files import is held by `no-restricted-imports` in .oxlintrc.json.
    exclude: { path: '^(ui/dist|dist|\\.apel)/|\\.tsx$' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    parser: 'swc',
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js', '.json'] },
  },
};
