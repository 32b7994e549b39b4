/**
 * ffmpeg, which converts prompts; only `apply` with prompts needs it.
 * @module
 */
import { exec } from '../shell/exec.ts';
import { UserError } from '../shell/user-error.ts';
import { which } from '../shell/which.ts';
import { aptCommand, aptInstall, aptPrefix } from './apt.ts';
import type { Progress, ToolReport } from './tool-report.ts';

/** @throws UserError when it is missing and may not be installed */
export async function getFfmpeg(progress: Progress): Promise<string> {
  const found = which('ffmpeg');
  if (found) return found;
  await aptInstall(['ffmpeg'], progress);
  const installed = which('ffmpeg');
  if (installed) return installed;
  throw new UserError('ffmpeg was installed, but there is no program `ffmpeg`');
}

export async function reportFfmpeg(): Promise<ToolReport> {
  const program = which('ffmpeg');
  if (program) {
    const { stdout } = await exec(program, ['-version'], { timeoutMs: 5_000 });
    const version = /version (\S+)/.exec(stdout)?.[1];
    return {
      name: 'ffmpeg',
      state: 'ok',
      origin: 'PATH',
      location: program,
      ...(version ? { version } : {}),
    };
  }
  return (await aptPrefix())
    ? { name: 'ffmpeg', state: 'missing', hint: 'will be installed with apt-get when a prompt is applied' }
    : { name: 'ffmpeg', state: 'broken', hint: `type: ${aptCommand(['ffmpeg'])}` };
}
