/**
 * docker-compose.yml, Dockerfile, secrets and alerts against the code: what they name exists, what the code reads is set.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { PROCESS_VARIABLES, readConfig, type ProcessKind } from '../platform/config.ts';
import { readKeys } from '../platform/keys.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** The part of the compose specification that this file uses, closed: a misspelt key is refused. */
const variables = z.record(z.string(), z.string());
const condition = z.enum(['service_healthy', 'service_completed_successfully']);
const service = z.strictObject({
  image: z.string(),
  build: z.strictObject({ context: z.literal('.'), target: z.string() }).optional(),
  restart: z.string().regex(/^(no|unless-stopped|on-failure:\d+)$/),
  logging: z.strictObject({
    driver: z.literal('json-file'),
    options: z.strictObject({ 'max-size': z.string(), 'max-file': z.string() }),
  }),
  security_opt: z.tuple([z.literal('no-new-privileges:true')]),
  deploy: z.strictObject({
    resources: z.strictObject({
      limits: z.strictObject({ cpus: z.string(), memory: z.string().regex(/^\d+[mg]$/) }),
    }),
  }),
  healthcheck: z
    .strictObject({
      test: z.array(z.string()),
      interval: z.string(),
      timeout: z.string(),
      retries: z.number(),
      start_period: z.string().optional(),
    })
    .optional(),
  profiles: z.array(z.string()).optional(),
  entrypoint: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
  environment: variables.optional(),
  secrets: z
    .array(z.union([z.string(), z.strictObject({ source: z.string(), target: z.string() })]))
    .optional(),
  volumes: z.array(z.string()).optional(),
  networks: z.union([z.array(z.string()), z.record(z.string(), z.looseObject({}))]).optional(),
  network_mode: z.literal('host').optional(),
  ports: z.array(z.string()).optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition })).optional(),
  init: z.boolean().optional(),
  read_only: z.boolean().optional(),
  tmpfs: z.array(z.string()).optional(),
  cap_drop: z.array(z.string()).optional(),
  cap_add: z.array(z.string()).optional(),
  shm_size: z.string().optional(),
  stop_grace_period: z.string().optional(),
});
const compose = z
  .looseObject({
    name: z.string(),
    services: z.record(z.string(), service),
    networks: z.record(z.string(), z.looseObject({ internal: z.boolean().optional() })),
    volumes: z.record(z.string(), z.strictObject({})),
    secrets: z.record(z.string(), z.strictObject({ file: z.string() })),
  })
  .parse(parse(read('docker-compose.yml'), { merge: true, maxAliasCount: -1 }));
const services = Object.entries(compose.services);
const isJob = (name: string): boolean =>
  ['migrate', 'temporal-schema', 'temporal-namespace', 'ops'].includes(name);

/** Which processes of ours a service runs, by its entry point. */
const PROCESSES: Record<string, ProcessKind> = {
  'orchestration-1': 'orchestration',
  'orchestration-2': 'orchestration',
  imports: 'imports',
  edge: 'edge',
  api: 'api',
  migrate: 'command',
};

/** Values of env.example in place of the variables of compose, as compose does it. */
const example = Object.fromEntries(
  read('deploy/env.example')
    .split('\n')
    .flatMap((line) => [/^(\w+)=(.*)$/.exec(line)].flatMap((m) => (m ? [[m[1] ?? '', m[2] ?? '']] : []))),
);
function interpolated(text: string): string {
  return text.replace(/\$\{(\w+)(?::([?-])([^}]*))?\}/g, (_all, name: string, kind?: string, rest = '') => {
    const value = example[name];
    if (value) return value;
    if (kind === '-') return rest;
    throw new Error(`${name} is neither in env.example nor has a default`);
  });
}

const made = mkdtempSync(join(tmpdir(), 'apel-secrets-'));
execFileSync(join(ROOT, 'deploy/make-secrets.sh'), [made], { stdio: 'pipe' });
afterAll(() => rmSync(made, { recursive: true, force: true }));

describe('services', () => {
  it.each(services)('%s is bounded, restarted and watched', (name, of) => {
    if (!isJob(name)) expect(of.healthcheck, 'health check').toBeDefined();
    if (isJob(name)) expect(of.restart).not.toBe('unless-stopped');
    expect(of.image).toMatch(/^[\w./-]+:(\$\{APEL_VERSION:\?.*\}|[\w.-]*\d[\w.-]*)$/);
    expect(of.image).not.toMatch(/:latest/);
  });

  it.each(services)('%s waits only for services that can be waited for', (_name, of) => {
    for (const [other, { condition: until }] of Object.entries(of.depends_on ?? {})) {
      const target = compose.services[other];
      expect(target, other).toBeDefined();
      if (until === 'service_healthy') expect(target?.healthcheck, other).toBeDefined();
      else expect(isJob(other), other).toBe(true);
    }
  });

  it.each(services)('%s names secrets, networks, volumes and files that there are', (_name, of) => {
    for (const secret of of.secrets ?? []) {
      expect(Object.keys(compose.secrets)).toContain(typeof secret === 'string' ? secret : secret.source);
    }
    const networks = Array.isArray(of.networks) ? of.networks : Object.keys(of.networks ?? {});
    for (const network of networks) expect(Object.keys(compose.networks)).toContain(network);
    expect(networks.length > 0).toBe(of.network_mode !== 'host');
    for (const volume of of.volumes ?? []) {
      const [from = ''] = interpolated(volume).split(':');
      if (!from.startsWith('.')) expect(Object.keys(compose.volumes)).toContain(from);
      else if (!/^\.\/(imports|backups)$/.test(from)) expect(existsSync(join(ROOT, from)), from).toBe(true);
    }
  });

  it('the outside reaches the proxy, SIP and RTP, and nothing else', () => {
    const published = services.flatMap(([name, { ports }]) =>
      (ports ?? []).map((p) => `${name} ${interpolated(p)}`),
    );
    expect(published).toEqual([
      'proxy 443:443',
      'proxy 80:80',
      'proxy 127.0.0.1:8443:8443',
      'prometheus 127.0.0.1:9090:9090',
    ]);
    const onHost = services.filter(([, of]) => of.network_mode === 'host').map(([name]) => name);
    expect(onHost).toEqual(['drachtio', 'rtpengine']);
    expect(compose.networks['data']?.internal).toBe(true);
    // Their control ports are on the private network's gateway.
    const rtpengine = compose.services['rtpengine']?.command?.map(interpolated) ?? [];
    expect(rtpengine).toContain(`--listen-ng=${example['APEL_TELEPHONY_NET']}.1:22222`);
    expect(rtpengine.filter((flag) => flag.startsWith('--listen'))).toHaveLength(1);
    const admin = compose.services['drachtio']?.environment?.['DRACHTIO_ADMIN_ADDRESS'] ?? '';
    expect(interpolated(admin)).toBe(`${example['APEL_TELEPHONY_NET']}.1`);
  });

  it('the edge is given more time to end than it takes, and every process of ours more than its shutdown', () => {
    const seconds = (name: string) =>
      Number(/^(\d+)s$/.exec(compose.services[name]?.stop_grace_period ?? '')?.[1]);
    const shutdown = Number(/SHUTDOWN_MS = (\d+)_000/.exec(read('workers/edge/main.ts'))?.[1]);
    const common = Number(/DEFAULT_SHUTDOWN_MS = (\d+)_000/.exec(read('platform/process.ts'))?.[1]);
    expect(seconds('edge')).toBeGreaterThan(shutdown + 5);
    for (const name of ['orchestration-1', 'orchestration-2', 'imports', 'api']) {
      expect(seconds(name), name).toBeGreaterThan(common);
    }
  });

  it('edge, settlement, recordings and the media server share one file system', () => {
    for (const name of ['edge', 'orchestration-1', 'orchestration-2', 'rtpengine', 'api']) {
      const mount = compose.services[name]?.volumes?.find((volume) => volume.startsWith('state:'));
      expect(mount?.split(':')[1], name).toBe('/var/lib/apel');
      // Prompts are uploaded through the API.
      if (name === 'api') expect(mount).not.toMatch(/:ro$/);
    }
  });

  it('rtpengine runs with the flags of the launcher', () => {
    const source = read('cli/parts/rtpengine.ts');
    const fixed = [...source.matchAll(/^ {4}'(--[a-z-]+(?:=[^'$]+)?)'/gm)].map((match) => match[1] ?? '');
    const flags = compose.services['rtpengine']?.command ?? [];
    expect(fixed.length).toBeGreaterThan(12);
    for (const flag of fixed.filter((one) => !one.startsWith('--interface='))) expect(flags).toContain(flag);
    const names = [...source.matchAll(/^ {4}[`'](--[a-z-]+)/gm)].map((match) => match[1] ?? '');
    expect(flags.map((flag) => flag.split('=')[0])).toEqual(
      expect.arrayContaining(names.filter((name) => name !== '--listen-cli')),
    );
  });
});

describe('configuration', () => {
  it.each(Object.entries(PROCESSES))(
    '%s can be read by the code, and sets nothing that nobody reads',
    (name, kind) => {
      const environment = compose.services[name]?.environment ?? {};
      const known: readonly string[] = PROCESS_VARIABLES[kind];
      const own = Object.keys(environment).filter((variable) => variable !== 'NODE_OPTIONS');
      for (const variable of own) {
        const plain = variable === 'APEL_KEYS_FILE' ? variable : variable.replace(/_FILE$/, '');
        expect(known, `${name}: ${variable}`).toContain(plain);
      }
      const values = Object.fromEntries(
        own.map((variable) => [variable, inPlace(interpolated(environment[variable] ?? ''), name)]),
      );
      expect(() => readConfig(kind, values)).not.toThrow();
    },
  );

  /** `/run/secrets/x` as the container sees it → the file that make-secrets made; refused when it is not mounted there. */
  function inPlace(value: string, name: string): string {
    const secret = /^\/run\/secrets\/(\w+)$/.exec(value)?.[1];
    if (secret === undefined) return value;
    const mounted = (compose.services[name]?.secrets ?? []).map((s) =>
      typeof s === 'string' ? s : s.target,
    );
    expect(mounted, `${name} mounts ${secret}`).toContain(secret);
    return join(made, (compose.secrets[secret]?.file ?? '').split('/').at(-1) ?? '');
  }

  it('every secret is made by the script, at random; a second run keeps it', () => {
    const before = Object.values(compose.secrets).map(({ file }) => {
      expect(file).toMatch(/^\.\/deploy\/secrets\//);
      const path = join(made, file.split('/').at(-1) ?? '');
      expect(existsSync(path), file).toBe(true);
      return readFileSync(path, 'utf8');
    });
    execFileSync(join(ROOT, 'deploy/make-secrets.sh'), [made], { stdio: 'pipe' });
    const after = Object.values(compose.secrets).map(({ file }) =>
      readFileSync(join(made, file.split('/').at(-1) ?? ''), 'utf8'),
    );
    expect(after).toEqual(before);
    expect(new Set(before).size).toBe(before.length);
    const named = Object.values(compose.secrets).map(({ file }) => file.replace(/^.*\//, ''));
    expect(new Set(readdirSync(made))).toEqual(new Set(named));
    expect(statSync(made).mode & 0o777).toBe(0o700);
    expect(statSync(join(made, 'keys.json')).mode & 0o777).toBe(0o600);
    expect(readKeys(join(made, 'keys.json')).trunkSecret).toHaveLength(32);
  });

  it('no password stands in a file of the repository', () => {
    const text = read('docker-compose.yml') + read('deploy/env.example');
    expect(text).not.toMatch(/(PASSWORD|PWD|SECRET|TOKEN)\w*: *['"]?(?!\/run|\$\{)[A-Za-z0-9]/);
    expect(execFileSync('git', ['ls-files', 'deploy/secrets'], { cwd: ROOT, encoding: 'utf8' }).trim()).toBe(
      'deploy/secrets/.gitignore',
    );
  });

  it('compose refuses to start without the variables that have no default', () => {
    const asked = [...read('docker-compose.yml').matchAll(/\$\{(\w+)([^}]*)\}/g)];
    for (const [all, name = '', rest = ''] of asked) {
      expect(Object.keys(example), all).toContain(name === 'APEL_BACKUP_DIR' ? 'APEL_VERSION' : name);
      expect(rest, all).toMatch(/^(:-.+|:\?set \w+ in \.env)$/);
    }
  });
});

describe('images', () => {
  const dockerfile = read('Dockerfile');
  const entries = services.flatMap(([, of]) =>
    [...(of.entrypoint ?? []), ...(of.command ?? [])].filter((word) => /^[\w/-]+\.m?ts$/.test(word)),
  );

  it('entry points and sources exist and are copied', () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((m) =>
      (m[1] ?? '').split(' '),
    );
    for (const source of copied) expect(existsSync(join(ROOT, source)), source).toBe(true);
    expect(entries.length).toBeGreaterThan(5);
    for (const entry of [...entries, 'deploy/health.mjs', 'cli/parts/workflow-bundle-main.ts']) {
      expect(existsSync(join(ROOT, entry)), entry).toBe(true);
      expect(
        copied.some((source) => entry === source || entry.startsWith(`${source}/`)),
        entry,
      ).toBe(true);
    }
    const allowed = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    for (const source of copied) {
      expect(
        allowed.some((path) => source === path || source.startsWith(`${path}/`)),
        source,
      ).toBe(true);
    }
  });

  it('everything is pinned and nothing runs as root', () => {
    const bases = [...dockerfile.matchAll(/^FROM (\S+) AS (\S+)$/gm)];
    const stages = bases.map((match) => match[2]);
    for (const [, base = ''] of bases)
      expect(stages.includes(base) || /:\d+\.\d+/.test(base), base).toBe(true);
    for (const target of ['app', 'rtpengine']) {
      const stage = dockerfile.slice(dockerfile.indexOf(` AS ${target}\n`)).split('\nFROM ')[0] ?? '';
      expect(stage).toMatch(/\nUSER 10001:10001\n/);
    }
    for (const [, { build }] of services) if (build) expect(stages).toContain(build.target);
  });

  it('what runs in production is no development dependency', () => {
    const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
    expect(Object.keys(dependencies)).toEqual(expect.arrayContaining(['tsx', 'vite', '@preact/preset-vite']));
  });
});

describe('alerts', () => {
  const rules = z
    .strictObject({
      groups: z.array(
        z.strictObject({
          name: z.string(),
          rules: z.array(
            z.strictObject({
              alert: z.string(),
              expr: z.string(),
              for: z.string().optional(),
              labels: z.strictObject({ severity: z.enum(['page', 'warn', 'info']) }),
              annotations: z.strictObject({ summary: z.string(), runbook: z.string() }),
            }),
          ),
        }),
      ),
    })
    .parse(parse(read('deploy/alerts.yml')))
    .groups.flatMap((group) => group.rules);

  /** Made by libraries: prom-client's defaults, the SDK's exporter, Prometheus itself. */
  const FOREIGN = new Set([
    'nodejs_eventloop_lag_p99_seconds',
    'temporal_workflow_task_execution_failed_total',
    'up',
  ]);
  const ours = ownMetrics();

  it.each(rules.map((rule) => [rule.alert, rule] as const))(
    '%s names metrics that exist and a runbook',
    (_name, rule) => {
      const metrics = [...rule.expr.matchAll(/\b(apel_\w+|nodejs_\w+|temporal_\w+|up)\b/g)].map(
        (m) => m[1] ?? '',
      );
      expect(metrics.length).toBeGreaterThan(0);
      for (const metric of metrics) {
        const base = metric.replace(/_(count|sum|bucket)$/, '');
        expect(FOREIGN.has(metric) || ours.has(metric) || ours.has(base), metric).toBe(true);
      }
      expect(existsSync(join(ROOT, 'docs', rule.annotations.runbook)), rule.annotations.runbook).toBe(true);
    },
  );

  it('Prometheus scrapes every process of ours', () => {
    const config = parse(read('deploy/prometheus.yml')) as {
      scrape_configs: { static_configs: { targets: string[] }[] }[];
    };
    const targets = config.scrape_configs.flatMap((job) => job.static_configs.flatMap((one) => one.targets));
    const names = Object.keys(PROCESSES).filter((name) => name !== 'migrate');
    expect(targets).toEqual(expect.arrayContaining(names.map((name) => `${name}:9464`)));
  });

  function ownMetrics(): Set<string> {
    const files = ['api/http/metrics.ts', 'platform/metrics.ts', 'workers/edge/metrics.ts'];
    files.push('workers/orchestration/main.ts', 'workers/shared/observe-activities.ts');
    const text = files.map(read).join('\n');
    const full = [...text.matchAll(/'(apel_[a-z_]+)'/g)].map((m) => m[1] ?? '');
    const short = [...read('api/http/metrics.ts').matchAll(/gauge\(\s*'([a-z_]+)'/g)].map(
      (m) => `apel_${m[1]}`,
    );
    return new Set([...full, ...short]);
  }
});
