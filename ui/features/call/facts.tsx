/**
 * What is known of a call: outcome, contact, technical data.
 * @module
 */
import type { ComponentChildren, VNode } from 'preact';
import type { CallDetail } from '../../../contracts/http/calls.ts';
import { useApp } from '../../app-context.ts';
import { Card } from '../../design/parts.tsx';
import { phoneText } from '../../i18n/format.ts';

type Fact = [label: string, value: ComponentChildren];

export function FactsCard({ call }: { call: CallDetail }): VNode {
  const { i18n, session } = useApp();
  const { t } = i18n;
  const format = i18n.format(call.zone);
  const facts: Fact[] = [
    [
      t('call.fact.campaign'),
      session.can('live.read') ? (
        <a href={`/campanii/${call.campaign}`}>{call.campaignLabel}</a>
      ) : (
        call.campaignLabel
      ),
    ],
    [t('call.fact.kind'), t(`kind.${call.kind}`)],
    [t('call.fact.agent'), call.agent],
    [t('call.fact.list'), call.list?.name],
    [t('call.fact.attempt'), String(call.attempt)],
    [t('call.fact.rang'), ringTime(call, format.duration)],
    [
      t('call.fact.talk'),
      call.answeredAt === null || call.talkMs === null ? null : format.duration(call.talkMs),
    ],
    [t('call.fact.prompt'), promptWords()],
    [t('call.fact.key'), call.robot?.key],
    [t('call.fact.reason'), call.reason === null ? null : t(`reason.${call.reason}`)],
    [t('calls.result'), call.result === null ? null : t(`result.${call.result}`)],
    [t('call.fact.statusBy'), call.statusBy],
  ];
  return <FactCard title={t('call.facts')} facts={facts} />;

  function promptWords(): string | null {
    if (!call.robot || call.robot.promptMs === 0) return null;
    const all = format.duration(call.robot.promptMs);
    return call.robot.heardInFull
      ? t('call.fact.heardFull', { all })
      : t('call.fact.heard', { heard: format.duration(call.robot.heardMs), all });
  }
}

export function ContactCard({ call }: { call: CallDetail }): VNode {
  const { i18n, session } = useApp();
  const { t } = i18n;
  const { contact } = call;
  const personal = session.canOwn('number.read') || session.canOwn('name.read');
  const name = [contact?.lastName, contact?.firstName].filter(Boolean).join(' ');
  const facts: Fact[] = [
    [t('call.fact.name'), name === '' ? call.contactName : name],
    [t('call.fact.number'), call.number === null ? null : phoneText(call.number)],
    [t('call.fact.locality'), contact?.locality],
    [t('call.fact.county'), contact?.county],
    [t('call.fact.age'), contact?.age == null ? null : t('call.years', { n: contact.age })],
    [t('call.fact.ageBand'), contact?.ageBand],
  ];
  return (
    <FactCard
      title={t('call.contact')}
      facts={facts}
      note={personal ? undefined : <p class="muted">{t('call.hiddenPersonal')}</p>}
    />
  );
}

export function TechCard({ call }: { call: CallDetail }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const format = i18n.format(call.zone);
  const versions = Object.entries(call.versions).map(([kind, n]) =>
    i18n.tMaybe(`call.version.${kind}`, `${kind} ${n}`, { n }),
  );
  const facts: Fact[] = [
    [t('call.fact.sip'), call.sipStatus === null ? null : String(call.sipStatus)],
    [t('call.fact.trunk'), call.trunk],
    [t('call.fact.node'), `${call.node} · ${call.epoch}`],
    [
      t('call.fact.committed'),
      call.committedAt === null ? t('call.committedNot') : format.dateTime(call.committedAt),
    ],
    [t('call.fact.workflow'), call.workflowId === null ? null : <span class="mono">{call.workflowId}</span>],
    [t('call.fact.versions'), versions.length === 0 ? null : versions.join(', ')],
  ];
  return <FactCard title={t('call.tech')} facts={facts} />;
}

function FactCard(props: { title: string; facts: Fact[]; note?: VNode | undefined }): VNode {
  const known = props.facts.filter(([, value]) => value !== null && value !== undefined && value !== '');
  return (
    <Card title={props.title}>
      <div class="card-body">
        {known.length === 0 ? null : (
          <dl class="facts">
            {known.map(([label, value]) => (
              <>
                <dt>{label}</dt>
                <dd>{value}</dd>
              </>
            ))}
          </dl>
        )}
        {props.note}
      </div>
    </Card>
  );
}

function ringTime(call: CallDetail, duration: (ms: number) => string): string | null {
  const end = call.answeredAt ?? call.endedAt;
  return call.ringingAt === null || end === null
    ? null
    : duration(Date.parse(end) - Date.parse(call.ringingAt));
}
