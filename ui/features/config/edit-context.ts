/**
 * What every field of a form needs: the body, how to change it, what is wrong, and the objects it may name.
 * @module
 */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { ConfigKind } from '../../../contracts/model/config.ts';
import type { I18n } from '../../i18n/i18n.ts';
import type { Body, ConfigItem } from './api.ts';
import { getAt } from './body.ts';
import { issueAt, type ObjectStore } from './store.ts';

export interface Edit {
  kind: ConfigKind;
  body: Body;
  set: (path: string, value: unknown) => void;
  at: (path: string) => unknown;
  /** The words for what is wrong there; undefined: nothing. */
  problem: (path: string) => string | undefined;
  /** Every object there is, for what this one may name. */
  objects: readonly ConfigItem[];
  disabled: boolean;
}

export const EditContext = createContext<Edit | undefined>(undefined);

export function useEdit(): Edit {
  const edit = useContext(EditContext);
  if (!edit) throw new Error('useEdit outside EditContext');
  return edit;
}

export function editOf(
  i18n: I18n,
  store: ObjectStore,
  body: Body,
  objects: readonly ConfigItem[],
  disabled: boolean,
): Edit {
  return {
    kind: store.kind,
    body,
    objects,
    disabled,
    set: store.set,
    at: (path) => getAt(body, path),
    problem: (path) => {
      const issue = issueAt(store.issues.value, path, store.tried.value);
      return (
        issue &&
        i18n.tMaybe(`config.issue.${issue.code}`, i18n.t('config.issue.other'), { name: '', ...issue.params })
      );
    },
  };
}
