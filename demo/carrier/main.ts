/**
 * Process of the simulated carrier. `CARRIER_PORT`: UDP port on 127.0.0.1, 0 for a free one; `CARRIER_LOG`: its record;
 * `CARRIER_VOICES`: folder with what customers say, A-law WAV files; without it they are tones.
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../../platform/config.ts';
import { runProcess } from '../../platform/process.ts';
import { startCarrier } from './carrier.ts';
import { readAlawWav } from './sounds.ts';
import { openWitness } from './witness.ts';

runProcess({
  service: 'carrier',
  start: async ({ onShutdown, ready }) => {
    const port = Number(process.env['CARRIER_PORT'] ?? 5070);
    const log = process.env['CARRIER_LOG'];
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new ConfigError('CARRIER_PORT', 'is not a port');
    if (!log) throw new ConfigError('CARRIER_LOG', 'is not set');
    const witness = openWitness(log, () => new Date());
    onShutdown('witness', () => witness.close());
    // Loopback only: the demo's numbers may belong to somebody, nothing of it may ever reach a network.
    const carrier = await startCarrier({ address: '127.0.0.1', port, witness, speech: readVoices() });
    onShutdown('carrier', () => carrier.close());
    witness.write({ event: 'started' });
    ready({ port: carrier.port });
  },
});

function readVoices(): Buffer[] {
  const folder = process.env['CARRIER_VOICES'];
  if (!folder) return [];
  try {
    const files = readdirSync(folder).filter((name) => name.endsWith('.wav'));
    return files.toSorted().map((name) => readAlawWav(readFileSync(join(folder, name))));
  } catch (error) {
    throw new ConfigError('CARRIER_VOICES', (error as Error).message);
  }
}
