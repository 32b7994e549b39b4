import { expect, it } from 'vitest';
import { ConfigError, readConfig } from './config.ts';

const EDGE = {
  APEL_HOME: '/srv/apel',
  DATABASE_URL: 'postgres://apel:secret-word@127.0.0.1/apel',
  TEMPORAL_ADDRESS: '127.0.0.1:7233',
  DRACHTIO_SECRET: 'word',
  RTPENGINE_NG: '127.0.0.1:22222',
  RTPENGINE_DTMF: '127.0.0.1:22224',
  APEL_EDGE_TOKEN: 'sixteen-characters',
};

it('gives defaults, and folders below the state folder', () => {
  expect(readConfig('edge', EDGE)).toMatchObject({
    home: '/srv/apel',
    keysFile: '/srv/apel/keys.json',
    recordings: '/srv/apel/recordings',
    recordingSpool: '/srv/apel/spool',
    temporalNamespace: 'default',
    drachtioPort: 9022,
    rtpengineNg: { host: '127.0.0.1', port: 22222 },
    node: 'edge-1',
    edgeControlHost: '127.0.0.1',
    edgeCapacity: 200,
    logLevel: 'info',
  });
});

it.each([
  ['DATABASE_URL', '', /^DATABASE_URL: is not set$/],
  ['DATABASE_URL', 'mysql://x', /^DATABASE_URL: must start with postgres/],
  ['RTPENGINE_NG', '22222', /^RTPENGINE_NG: must look like host:port$/],
  ['RTPENGINE_NG', 'host:99999', /^RTPENGINE_NG: must look like host:port$/],
  ['APEL_EDGE_CAPACITY', 'many', /^APEL_EDGE_CAPACITY: must be a number of calls$/],
  ['APEL_EDGE_CAPACITY', '0', /^APEL_EDGE_CAPACITY: /],
  ['APEL_DESK_CODEC', 'g722', /^APEL_DESK_CODEC: must be pcma or opus$/],
  ['APEL_NODE', 'Edge 1', /^APEL_NODE: must be lower-case/],
  ['APEL_EDGE_TOKEN', 'short', /^APEL_EDGE_TOKEN: must have at least 16/],
  ['LOG_LEVEL', 'loud', /^LOG_LEVEL: must be one of trace/],
  ['APEL_METRICS_LISTEN', '9464', /^APEL_METRICS_LISTEN: must look like host:port$/],
  ['TEMPORAL_TLS', 'yes', /^TEMPORAL_TLS: must be 1 or not set$/],
])('%s=%s is refused by name', (variable, value, message) => {
  const read = () => readConfig('edge', { ...EDGE, [variable]: value });
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(message);
});

it('a wrong value is not repeated in the message: it may be a secret in the wrong place', () => {
  const read = () => readConfig('edge', { ...EDGE, DATABASE_URL: 'apel:secret-word@host' });
  expect(read).not.toThrow(/secret-word/);
  expect(read).toThrow('DATABASE_URL');
});

it.each(['172.30.0.0/33', 'proxy', '10.0.0.1/8/8', '::1/129'])(
  'a trusted proxy must be an address: %s is refused',
  (network) => {
    const read = () => readConfig('api', { ...EDGE, APEL_TRUSTED_PROXIES: `10.0.0.1,fd00::/8,${network}` });
    expect(read).toThrow(/^APEL_TRUSTED_PROXIES: must be addresses/);
  },
);

it('a process does not check the variables of another', () => {
  expect(
    readConfig('command', { DATABASE_URL: 'postgres://x', APEL_EDGE_CAPACITY: 'many' }),
  ).not.toHaveProperty('edgeCapacity');
});
