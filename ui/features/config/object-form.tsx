/**
 * The form of each kind: by its specification, or an editor of its own.
 * @module
 */
import type { VNode } from 'preact';
import { useApp } from '../../app-context.ts';
import { Card } from '../../design/parts.tsx';
import type { ConfigApi } from './api.ts';
import { CalendarEditor } from './calendar-editor.tsx';
import { useEdit } from './edit-context.ts';
import { SpecField } from './fields.tsx';
import { MenuEditor } from './menu-editor.tsx';
import { PromptEditor } from './prompt-editor.tsx';
import { RetryEditor } from './retry-editor.tsx';
import { ScriptEditor } from './script-editor.tsx';
import { SPECS, type SectionSpec } from './specs.ts';
import type { ObjectStore } from './store.ts';
import { ThresholdsEditor } from './thresholds-editor.tsx';

export function ObjectForm({ api, store }: { api: ConfigApi; store: ObjectStore }): VNode {
  const { body } = useEdit();
  switch (store.kind) {
    case 'calendar':
      return <CalendarEditor />;
    case 'retry-rules':
      return <RetryEditor />;
    case 'prompt':
      return <PromptEditor api={api} />;
    case 'script':
      return <ScriptEditor />;
    case 'thresholds':
      return <ThresholdsEditor />;
    default: {
      const sections = SPECS[store.kind];
      return (
        <>
          {sections?.map((section) => (
            <Section key={section.name} kind={store.kind} section={section} />
          ))}
          {store.kind === 'campaign' && body['mode'] === 'robot' ? <MenuEditor /> : null}
        </>
      );
    }
  }
}

function Section({ kind, section }: { kind: string; section: SectionSpec }): VNode | null {
  const { i18n } = useApp();
  const { body } = useEdit();
  if (section.show?.(body) === false) return null;
  return (
    <Card title={i18n.tMaybe(`config.s.${kind}.${section.name}`, section.name)}>
      <div class="card-body settings">
        {section.fields.map((spec) => (
          <SpecField key={spec.path} spec={spec} />
        ))}
      </div>
    </Card>
  );
}
