/**
 * Choice of a list, of one campaign or of all; lists change often, so that they are asked for with the page.
 * @module
 */
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { useApp } from '../../app-context.ts';
import { SelectField } from '../../design/field.tsx';
import { createResource } from '../../lib/resource.ts';
import { useStore } from '../../lib/use-store.ts';

export function ListField(props: {
  campaign: string | undefined;
  value: number | undefined;
  onChange: (list: number | undefined) => void;
}): VNode {
  const { api, i18n, catalogue } = useApp();
  const { campaign, value } = props;
  const lists = useStore(
    () => createResource(async (signal) => (await api.lists(campaign, signal)).lists),
    campaign ?? '',
  );
  useEffect(() => void lists.reload(), [lists]);
  const found = lists.data.value ?? [];
  // One that is chosen stays a choice, also while the lists load and when it is too old to be among them.
  const missing = value !== undefined && !found.some(({ id }) => id === value);
  return (
    <SelectField
      label={i18n.t('calls.list')}
      value={value === undefined ? '' : String(value)}
      onChange={(chosen) => props.onChange(chosen === '' ? undefined : Number(chosen))}
      options={[
        { value: '', label: i18n.t('calls.any') },
        ...(missing ? [{ value: String(value), label: `#${value}` }] : []),
        ...found.map((list) => ({
          value: String(list.id),
          label:
            campaign === undefined ? `${list.name} · ${catalogue.campaignLabel(list.campaign)}` : list.name,
        })),
      ]}
    />
  );
}
