/**
 * Every config object there is: for the lists, and for what a form may name.
 * @module
 */
import type { Request } from '../../api/client.ts';
import { createResource, type Resource } from '../../lib/resource.ts';
import { createConfigApi, type ConfigApi, type ConfigItem } from './api.ts';

export interface ListStore {
  api: ConfigApi;
  objects: Resource<readonly ConfigItem[]>;
  dispose: () => void;
}

export function createListStore(request: Request): ListStore {
  const api = createConfigApi(request);
  const objects = createResource<readonly ConfigItem[]>(async (abort) => (await api.list(abort)).objects);
  void objects.reload();
  return { api, objects, dispose: objects.dispose };
}
