/**
 * A list on its way in: file, preview, trial, import.
 * @module
 */
import { signal } from '@preact/signals';
import type { ImportRun, StartImport, UploadPreview } from '../../../contracts/http/lists.ts';
import type { ImportColumn, ListKind } from '../../../contracts/model/import.ts';
import { createAdminListsApi } from '../../api/admin-lists.ts';
import type { Request } from '../../api/client.ts';
import { columnsWith } from './columns.ts';
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
  /** Chosen by hand, or remembered; undefined: by the headers. */
  const columns = signal<StartImport['columns']>(undefined);
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
      columns.value = found.remembered ?? undefined;
      stage.value = 'ready';
    } catch (cause) {
      if (job === mine) error.value = cause;
    }
  }

  /** Looks at the file anew with these columns; `undefined`: as their headers say. */
  async function lookWith(next: StartImport['columns']): Promise<void> {
    const mine = job;
    if (!mine || busy.peek()) return;
    busy.value = true;
    error.value = undefined;
    try {
      const found = await api.preview(mine.id, next ?? {});
      if (job !== mine) return;
      preview.value = found;
      columns.value = next;
      // Other columns make other rows: it is tried again.
      tried.value = false;
      run.value = undefined;
    } catch (cause) {
      if (job === mine) error.value = cause;
    } finally {
      busy.value = false;
    }
  }

  return {
    stage,
    columns,
    /** This column of the file is that one, or none of the known ones. */
    setColumn: (index: number, known: ImportColumn | null) => {
      const seen = preview.peek()?.columns;
      return seen === undefined ? undefined : lookWith(columnsWith(seen, index, known));
    },
    /** By the headers alone. */
    findColumns: () => lookWith(undefined),
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
      columns.value = undefined;
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
        const chosen = columns.peek();
        const body = { upload: job.id, ...form.peek(), ...(chosen && { columns: chosen }), dryRun, force };
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
