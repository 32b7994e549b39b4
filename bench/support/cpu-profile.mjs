/**
 * Preloaded into the parts of a benchmarked site with `NODE_OPTIONS=--import …` (`--profile FOLDER`): writes a CPU profile
 * of each Node process when it ends, to be opened in Chromium's or VS Code's profiler. JavaScript, because it loads
 * before anything that could read TypeScript.
 * @module
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { basename, dirname, join } from 'node:path';

const folder = process.env['APEL_BENCH_PROFILES'];
const entry = process.argv[1] ?? '';
if (folder && /\/(workers|sip-server|api|bench)\//.test(entry)) {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', { interval: 500 });
  session.post('Profiler.start');
  process.on('exit', () => {
    session.post('Profiler.stop', (_error, result) => {
      mkdirSync(folder, { recursive: true });
      const name = `${basename(dirname(entry))}-${basename(entry, '.ts')}-${process.pid}.cpuprofile`;
      if (result) writeFileSync(join(folder, name), JSON.stringify(result.profile));
    });
  });
}
