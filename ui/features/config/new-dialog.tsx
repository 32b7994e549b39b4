/**
 * A new object: what people call it, its name, and whether it begins as a copy.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import type { ConfigKind } from '../../../contracts/model/config.ts';
import { search } from '../../api/client.ts';
import { useApp } from '../../app-context.ts';
import { Dialog, DialogFoot } from '../../design/dialog.tsx';
import { SelectField, TextField } from '../../design/field.tsx';
import type { ConfigItem } from './api.ts';
import { labelIn, nameFrom } from './body.ts';
import { objectPath } from './kinds.ts';

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

export function NewDialog(props: {
  kind: ConfigKind;
  objects: readonly ConfigItem[];
  onClose: () => void;
}): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const { route } = useLocation();
  const [label, setLabel] = useState('');
  const [typedName, setName] = useState<string | undefined>(undefined);
  const [from, setFrom] = useState('');
  const [tried, setTried] = useState(false);
  const name = typedName ?? nameFrom(label);
  const same = props.objects.filter(({ kind }) => kind === props.kind);
  const taken = same.some((one) => one.name === name);
  const wrong = taken ? t('config.nameTaken') : NAME.test(name) ? undefined : t('config.issue.name');
  return (
    <Dialog
      title={t(`config.new.${props.kind}`)}
      onClose={props.onClose}
      onSubmit={() => {
        setTried(true);
        if (wrong !== undefined) return;
        props.onClose();
        route(`${objectPath(props.kind, name)}${search({ nou: label || name, dupa: from })}`);
      }}
      foot={<DialogFoot onCancel={props.onClose} verb={t('config.goOn')} />}
    >
      <TextField label={t('config.newLabel')} name="label" value={label} onInput={setLabel} autoFocus />
      <TextField
        label={t('config.newName')}
        hint={t('config.newNameHint')}
        name="name"
        value={name}
        onInput={setName}
        error={(tried || taken) && name + label !== '' ? wrong : undefined}
      />
      {same.length === 0 ? null : (
        <SelectField
          label={t('config.newFrom')}
          value={from}
          onChange={setFrom}
          options={[
            { value: '', label: t('config.newEmpty') },
            ...same.map((one) => ({ value: one.name, label: labelIn(one.body, i18n.lang.value, one.name) })),
          ]}
        />
      )}
    </Dialog>
  );
}
