/**
 * Role, with what it may, and the rights that can be granted beyond it.
 * @module
 */
import type { VNode } from 'preact';
import { ROLES, type Grant, type Role } from '../../../contracts/model/role.ts';
import { grantsFor } from '../../../domain/permissions.ts';
import { useApp } from '../../app-context.ts';
import { SelectField } from '../../design/field.tsx';

export interface Rights {
  role: Role;
  grants: readonly Grant[];
}

export function RightsFields(props: {
  value: Rights;
  disabled?: boolean;
  onChange: (value: Rights) => void;
}): VNode {
  const { t } = useApp().i18n;
  const { role, grants } = props.value;
  const may = grantsFor(role);
  const toggle = (grant: Grant, on: boolean): void =>
    props.onChange({ role, grants: on ? [...grants, grant] : grants.filter((one) => one !== grant) });
  return (
    <fieldset class="rights" disabled={props.disabled ?? false}>
      <SelectField
        label={t('users.role')}
        hint={t(`users.role.${role}`)}
        value={role}
        onChange={(value) => {
          const next = ROLES.find((one) => one === value) ?? role;
          props.onChange({ role: next, grants: grants.filter((grant) => grantsFor(next).includes(grant)) });
        }}
        options={ROLES.map((value) => ({ value, label: t(`role.${value}`) }))}
      />
      <div class="grants" role="group" aria-label={t('users.grants')}>
        <span class="field-name">{t('users.grants')}</span>
        {may.length === 0 ? <span class="muted">{t('users.grants.none')}</span> : null}
        {may.map((grant) => (
          <label class="check" key={grant}>
            <input
              type="checkbox"
              checked={grants.includes(grant)}
              onChange={(event) => toggle(grant, event.currentTarget.checked)}
            />
            {t(`grant.${grant}`)}
          </label>
        ))}
        {role === 'agent' && may.length > 0 ? <span class="grants-note">{t('users.grants.own')}</span> : null}
      </div>
    </fieldset>
  );
}
