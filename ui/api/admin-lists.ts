/**
 * Lists, contacts and the do-not-call list; comes with their pages.
 * @module
 */
import type {
  ContactChanged,
  ContactDetail,
  ContactEdit,
  ContactPage,
  ContactSearch,
  WhyDialed,
} from '../../contracts/http/contacts.ts';
import type {
  DoNotCallAdd,
  DoNotCallImport,
  DoNotCallImported,
  DoNotCallLifted,
  DoNotCallPage,
  DoNotCallSearch,
} from '../../contracts/http/do-not-call.ts';
import type {
  ImportRun,
  ListDetail,
  ListTable,
  RejectsPage,
  StartedImport,
  StartImport,
  UndoPreview,
  UploadPart,
  UploadPreview,
} from '../../contracts/http/lists.ts';
import type { DoNotCallSource } from '../../contracts/model/do-not-call.ts';
import { search, type Request } from './client.ts';

export type ListFilters = Readonly<Record<string, string | number | undefined>>;
export type ContactVerb = 'close' | 'reopen' | 'lift-stopped';

export function createAdminListsApi(request: Request) {
  const send = <T>(method: 'POST' | 'PATCH', path: string, body: unknown, signal?: AbortSignal): Promise<T> =>
    request<T>(
      path,
      { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
      signal,
    );
  return {
    lists: (filters: ListFilters, signal?: AbortSignal) =>
      request<ListTable>(`/api/list-table${search(filters)}`, {}, signal),
    list: (id: number, signal?: AbortSignal) => request<ListDetail>(`/api/lists/${id}`, {}, signal),
    rejects: (importId: string, afterRow: number, signal?: AbortSignal) =>
      request<RejectsPage>(`/api/imports/${importId}/rejects${search({ afterRow })}`, {}, signal),
    undoPreview: (importId: string, signal?: AbortSignal) =>
      request<UndoPreview>(`/api/imports/${importId}/undo`, {}, signal),
    undo: (importId: string, reason: string) =>
      send<UndoPreview>('POST', `/api/imports/${importId}/undo`, { reason }),
    uploadPart: (id: string, offset: number, part: Blob) =>
      request<UploadPart>(`/api/uploads/${id}?offset=${offset}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/octet-stream' },
        body: part,
      }),
    preview: (id: string, columns: StartImport['columns']) =>
      send<UploadPreview>('POST', `/api/uploads/${id}/preview`, { ...(columns && { columns }) }),
    startImport: (body: StartImport) => send<StartedImport>('POST', '/api/imports', body),
    importRun: (workflowId: string, signal?: AbortSignal) =>
      request<ImportRun>(`/api/import-runs/${encodeURIComponent(workflowId)}`, {}, signal),
    cancelImport: (workflowId: string) =>
      send<StartedImport>('POST', `/api/import-runs/${encodeURIComponent(workflowId)}/cancel`, {}),
    contacts: (body: ContactSearch, signal?: AbortSignal) =>
      send<ContactPage>('POST', '/api/contacts/search', body, signal),
    contact: (id: number, signal?: AbortSignal) => request<ContactDetail>(`/api/contacts/${id}`, {}, signal),
    why: (id: number, signal?: AbortSignal) => request<WhyDialed>(`/api/contacts/${id}/why`, {}, signal),
    editContact: (id: number, body: ContactEdit) =>
      send<ContactChanged>('PATCH', `/api/contacts/${id}`, body),
    changeContact: (id: number, verb: ContactVerb, reason: string) =>
      send<ContactChanged>('POST', `/api/contacts/${id}/${verb}`, { reason }),
    opposeContact: (id: number, body: { reason: string; source: DoNotCallSource }) =>
      send<ContactChanged>('POST', `/api/contacts/${id}/do-not-call`, body),
    doNotCall: (body: DoNotCallSearch, signal?: AbortSignal) =>
      send<DoNotCallPage>('POST', '/api/do-not-call/search', body, signal),
    addDoNotCall: (body: DoNotCallAdd) => send<ContactChanged>('POST', '/api/do-not-call', body),
    liftDoNotCall: (id: number, reason: string) =>
      send<DoNotCallLifted>('POST', `/api/do-not-call/${id}/lift`, { reason }),
    importDoNotCall: (body: DoNotCallImport) =>
      send<DoNotCallImported>('POST', '/api/do-not-call/import', body),
  };
}

export type AdminListsApi = ReturnType<typeof createAdminListsApi>;
