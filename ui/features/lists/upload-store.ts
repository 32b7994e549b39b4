/**
 * A list on its way in: file, preview, trial, import.
 * @module
 */
import { signal } from '@preact/signals';
import type { ImportRun, UploadPreview } from '../../../contracts/http/lists.ts';
import type { ListKind } from '../../../contracts/model/import.ts';
import { createAdminListsApi } from '../../api/admin-lists.ts';
import type { Request } from '../../api/client.ts';
import { createUpload, type UploadJob } from './upload.ts';

export type UploadStage = 'choose' | 'uploading' | 'ready' | 'trying' | 'importing' | 'over';

export interface ImportForm {
  name: string;
  campaign: string;
  kind: ListKind;
}

export type UploadStore = ReturnType<typeof createUploadStore>;

const LONGEST_NAME = 63;

/** What people type -> what an id may be: `Listă Oradea` -> `lista-oradea`. */
export function nameOf(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, LONGEST_NAME);
}

export function isName(name: string): boolean {
  return /^[a-z0-9][a-z0-9._-]{0,62}$/.test(name);
}

export function createUploadStore(request: Request) {
  const api = createAdminListsApi(request);
  const stage = signal<UploadStage>('choose');
  const file = signal<File | undefined>(undefined);
  const bytes = signal(0);
  const preview = signal<UploadPreview | undefined>(undefined);
  const form = signal<ImportForm>({ name: '', campaign: '', kind: 'normal' });
  const run = signal<ImportRun | undefined>(undefined);
  const isTrial = signal(true);
  const tried = signal(false);
  const busy = signal(false);
  const error = signal<unknown>(undefined);
  let job: UploadJob | undefined;
  let workflowId = '';
  let cancel = new AbortController();

  async function upload(): Promise<void> {
    const mine = job;
    if (!mine) return;
    error.value = undefined;
    stage.value = 'uploading';
    try {
      await mine.run(cancel.signal, (sent) => {
        if (job === mine) bytes.value = sent;
      });
      const found = await api.preview(mine.id, undefined);
      if (job !== mine) return;
      preview.value = found;
      stage.value = 'ready';
    } catch (cause) {
      if (job === mine) error.value = cause;
    }
  }

  return {
    stage,
    file,
    bytes,
    preview,
    form,
    run,
    isTrial,
    tried,
    busy,
    error,
    upload,
    choose: async (chosen: File) => {
      cancel.abort();
      cancel = new AbortController();
      job = createUpload(api, chosen);
      file.value = chosen;
      bytes.value = 0;
      preview.value = undefined;
      run.value = undefined;
      tried.value = false;
      form.value = { ...form.peek(), name: nameOf(chosen.name.replace(/\.[^.]*$/, '')) };
      await upload();
    },
    /** Another campaign or kind has other rules: it is tried again. */
    put: (change: Partial<ImportForm>) => {
      form.value = { ...form.peek(), ...change };
      if (change.campaign !== undefined) tried.value = false;
    },
    start: async (dryRun: boolean, force = false) => {
      if (!job || busy.peek()) return;
      busy.value = true;
      error.value = undefined;
      try {
        const body = { upload: job.id, ...form.peek(), dryRun, force };
        ({ workflowId } = await api.startImport(
          force ? { ...body, name: `${body.name}-din-nou`.slice(0, 63) } : body,
        ));
        run.value = undefined;
        isTrial.value = dryRun;
        stage.value = dryRun ? 'trying' : 'importing';
      } catch (cause) {
        error.value = cause;
      } finally {
        busy.value = false;
      }
    },
    /** Asks how far the run is; for as long as it runs. */
    look: async () => {
      try {
        const found = await api.importRun(workflowId);
        run.value = found;
        error.value = undefined;
        if (found.state === 'running' || found.state === 'unknown') return;
        if (isTrial.peek() && found.outcome === 'dry-run') tried.value = true;
        stage.value = isTrial.peek() || found.state === 'failed' ? 'ready' : 'over';
      } catch (cause) {
        error.value = cause;
      }
    },
    dispose: () => cancel.abort(),
  };
}
