/**
 * ffmpeg, which converts prompts and archives recordings. Only `apply` with prompts cannot do without it.
 * @module
 */
import { hasOpusEncoder } from '../../telephony/recording/opus-archive.ts';
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

/** For a site that starts: got where it may be. Never rejects: without it calls are made and recorded all the same. */
export async function prepareArchive(progress: Progress): Promise<void> {
  try {
    const ffmpeg = await getFfmpeg(progress);
    if (!(await hasOpusEncoder({ ffmpeg, priority: 0 })))
      progress(`recordings stay WAV: ${ffmpeg} has no libopus`);
  } catch (error) {
    progress(`recordings stay WAV: ${error instanceof Error ? error.message : 'ffmpeg cannot be had'}`);
  }
}

export async function reportFfmpeg(): Promise<ToolReport> {
  const program = which('ffmpeg');
  if (program) {
    const { stdout } = await exec(program, ['-version'], { timeoutMs: 5_000 });
    const version = /version (\S+)/.exec(stdout)?.[1];
    const opus = await hasOpusEncoder({ ffmpeg: program, priority: 0 });
    return {
      name: 'ffmpeg',
      state: 'ok',
      origin: 'PATH',
      location: program,
      ...(version ? { version } : {}),
      ...(opus ? {} : { hint: 'has no libopus: recordings are not archived, they stay WAV' }),
    };
  }
  return (await aptPrefix())
    ? { name: 'ffmpeg', state: 'missing', hint: 'will be installed with apt-get at the next start' }
    : { name: 'ffmpeg', state: 'broken', hint: `type: ${aptCommand(['ffmpeg'])}` };
}
