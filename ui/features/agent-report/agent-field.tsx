/**
 * Choice of an agent by name.
 * @module
 */
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import type { AgentNames } from '../../../contracts/http/agent-report.ts';
import { useApp } from '../../app-context.ts';
import { SelectField } from '../../design/field.tsx';
import { createResource } from '../../lib/resource.ts';
import { useStore } from '../../lib/use-store.ts';

export function AgentField(props: {
  /** User id; undefined is any. */
  value: number | undefined;
  onChange: (agent: number | undefined) => void;
}): VNode {
  const { api, i18n } = useApp();
  const names = useStore(
    () => createResource((abort) => api.request<AgentNames>('/api/agents', {}, abort)),
    'agents',
  );
  useEffect(() => void names.reload(), [names]);
  const agents = names.data.value?.agents ?? [];
  const known = agents.some(({ id }) => id === props.value);
  return (
    <SelectField
      label={i18n.t('calls.agent')}
      value={props.value === undefined ? '' : String(props.value)}
      onChange={(value) => props.onChange(value === '' ? undefined : Number(value))}
      options={[
        { value: '', label: i18n.t('calls.any') },
        // From the address: its name is not there yet, or nobody's.
        ...(props.value === undefined || known
          ? []
          : [{ value: String(props.value), label: `#${props.value}` }]),
        ...agents.map(({ id, name }) => ({ value: String(id), label: name })),
      ]}
    />
  );
}
