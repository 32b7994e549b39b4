import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';

const SECRET = { SIP_SERVER_SECRET: 's' };

describe('configuration', () => {
  it('listens on 127.0.0.1 unless told otherwise', () => {
    expect(readConfig([], SECRET)).toEqual({
      secret: 's',
      admin: { host: '127.0.0.1', port: 9022 },
      udp: { host: '127.0.0.1', port: 5060 },
      tcp: { host: '127.0.0.1', port: 5060 },
      ws: { host: '127.0.0.1', port: 5066 },
    });
  });

  it('reads the environment, and flags before it', () => {
    const environment = {
      ...SECRET,
      SIP_SERVER_UDP: '0.0.0.0:5080',
      SIP_SERVER_TCP: '0.0.0.0:5080',
      SIP_SERVER_WS: 'off',
      SIP_SERVER_EXTERNAL: '203.0.113.5',
    };
    expect(readConfig(['--tcp', 'off', '--admin-port', '0'], environment)).toEqual({
      secret: 's',
      admin: { host: '127.0.0.1', port: 0 },
      udp: { host: '0.0.0.0', port: 5080 },
      externalAddress: '203.0.113.5',
    });
  });

  it.each([
    [[], {}, 'SIP_SERVER_SECRET is not set'],
    [[], { ...SECRET, SIP_SERVER_UDP: '5060' }, 'SIP_SERVER_UDP: "5060" is not host:port'],
    [[], { ...SECRET, SIP_SERVER_WS: 'on' }, 'SIP_SERVER_WS: "on" is not host:port'],
    [
      [],
      { ...SECRET, SIP_SERVER_TLS: '127.0.0.1:5061' },
      'SIP_SERVER_TLS needs SIP_SERVER_TLS_CERT and SIP_SERVER_TLS_KEY',
    ],
    [[], { ...SECRET, SIP_SERVER_TLS_CA: '/nowhere/ca.pem' }, 'SIP_SERVER_TLS_CA: ENOENT'],
    [[], { ...SECRET, SIP_SERVER_TCP: 'h:99999' }, 'SIP_SERVER_TCP: "99999" is not a port'],
    [['--admin-port', 'x'], SECRET, 'SIP_SERVER_ADMIN_PORT: "x" is not a port'],
    [['--nonsense', 'x'], SECRET, 'unknown option --nonsense'],
    [['--udp'], SECRET, '--udp needs a value'],
    [['--udp', 'off', '--tcp', 'off'], SECRET, 'udp and tcp are both off'],
  ])('refuses %j %j with one line', (args, environment, problem) => {
    expect(() => readConfig(args, environment)).toThrow(problem);
  });
});
