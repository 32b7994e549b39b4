/**
 * What the pages of the configuration ask of the API.
 * @module
 */
import type { ConfigList } from '../../../contracts/http/config.ts';
import type {
  ConfigObjectView,
  ConfigPlan,
  ConfigSave,
  ConfigSaved,
  ConfigVersions,
  PromptSound,
} from '../../../contracts/http/config-admin.ts';
import type { PauseResult } from '../../../contracts/http/campaigns.ts';
import type { ConfigKind } from '../../../contracts/model/config.ts';
import { search, type Request } from '../../api/client.ts';

export type Body = Readonly<Record<string, unknown>>;
export type ConfigItem = ConfigList['objects'][number];

export interface ConfigApi {
  list: (signal?: AbortSignal) => Promise<ConfigList>;
  read: (kind: ConfigKind, name: string, signal?: AbortSignal) => Promise<ConfigObjectView>;
  versions: (
    kind: ConfigKind,
    name: string,
    before?: number,
    signal?: AbortSignal,
  ) => Promise<ConfigVersions>;
  plan: (kind: ConfigKind, name: string, save: ConfigSave, signal?: AbortSignal) => Promise<ConfigPlan>;
  save: (kind: ConfigKind, name: string, save: ConfigSave) => Promise<ConfigSaved>;
  remove: (kind: ConfigKind, name: string, version: number) => Promise<void>;
  /** Out of use, and back. */
  changeUse: (kind: ConfigKind, name: string, verb: 'retire' | 'restore', version: number) => Promise<void>;
  /** `resume` also begins a campaign that is new or was stopped. */
  run: (campaign: string, verb: 'pause' | 'resume' | 'stop', reason: string) => Promise<PauseResult>;
  upload: (file: File) => Promise<PromptSound>;
}

export function createConfigApi(request: Request): ConfigApi {
  const at = (kind: ConfigKind, name: string, rest = ''): string =>
    `/api/config/${kind}/${encodeURIComponent(name)}${rest}`;
  const send = <T>(method: string, path: string, body: unknown, signal?: AbortSignal): Promise<T> =>
    request<T>(
      path,
      { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
      signal,
    );
  return {
    list: (signal) => request('/api/config', {}, signal),
    read: (kind, name, signal) => request(at(kind, name), {}, signal),
    versions: (kind, name, before, signal) =>
      request(`${at(kind, name, '/versions')}${search({ before })}`, {}, signal),
    plan: (kind, name, save, signal) => send('POST', at(kind, name, '/plan'), save, signal),
    save: (kind, name, save) => send('PUT', at(kind, name), save),
    remove: (kind, name, version) => send('POST', at(kind, name, '/remove'), { version }),
    changeUse: (kind, name, verb, version) => send('POST', at(kind, name, `/${verb}`), { version }),
    run: (campaign, verb, reason) =>
      send('POST', `/api/campaigns/${encodeURIComponent(campaign)}/${verb}`, { reason }),
    upload: (file) =>
      request(`/api/prompts/sound${search({ file: file.name })}`, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: file,
      }),
  };
}
