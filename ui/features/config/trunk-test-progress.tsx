/**
 * The steps of a test call, its result in words, and the earlier ones.
 * @module
 */
import type { VNode } from 'preact';
import type { TrunkTest } from '../../../contracts/http/trunk-tests.ts';
import { errorWords } from '../../api/problem.ts';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { Badge, Notice } from '../../design/parts.tsx';
import type { I18n } from '../../i18n/i18n.ts';
import { adviceOf, stepsOf, toneOf } from './trunk-test-steps.ts';
import type { TrunkTestStore } from './trunk-test-store.ts';

export function TestProgress({
  test,
  store,
}: {
  test: TrunkTest;
  store: Pick<TrunkTestStore, 'tests'>;
}): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const format = i18n.format();
  return (
    <div class="trunk-test-now">
      <p class="muted">{whoWords(i18n, test)}</p>
      <ol class="test-steps" aria-busy={test.endedAt === null}>
        {stepsOf(test).map(({ step, state, at }) => (
          <li key={step} data-state={state} {...(state === 'now' ? { 'aria-current': 'step' as const } : {})}>
            <span class="step-mark">
              {state === 'done' ? (
                <Icon name="check" size={14} />
              ) : state === 'now' ? (
                <Icon name="wave" size={14} />
              ) : state === 'skipped' ? (
                <Icon name="minus" size={14} />
              ) : null}
            </span>
            <span>{t(`config.test.step.${step}`)}</span>
            <span class="sr">{t(`config.test.state.${state}`)}</span>
            <span class="step-at">{at === undefined ? '' : format.timeSeconds(at)}</span>
          </li>
        ))}
      </ol>
      <div role="status">{test.endedAt === null ? null : <Result test={test} />}</div>
      {store.tests.error.value === undefined ? null : (
        <p class="field-error">{errorWords(i18n, store.tests.error.value)}</p>
      )}
    </div>
  );
}

function Result({ test }: { test: TrunkTest }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const format = i18n.format();
  const advice = adviceOf(test);
  const tone = toneOf(advice);
  return (
    <Notice
      tone={tone}
      icon={tone === 'positive' ? 'check' : 'alert'}
      title={
        tone === 'positive'
          ? `${t('config.test.ok')} · ${reasonWords(i18n, test)}`
          : t('config.test.failed', { reason: reasonWords(i18n, test) })
      }
    >
      <p>{t(`config.test.do.${advice}`)}</p>
      <p>
        {test.sipStatus === null
          ? t('config.test.sipNone')
          : t('config.test.sip', { status: sipWords(test.sipStatus) })}
        {test.heardMs === null || test.promptMs === null
          ? ''
          : ` ${t('config.test.heard', { heard: format.length(test.heardMs), whole: format.length(test.promptMs) })}`}
      </p>
    </Notice>
  );
}

export function EarlierTests({ tests }: { tests: readonly TrunkTest[] }): VNode | null {
  const { i18n, clock } = useApp();
  const { t } = i18n;
  if (tests.length === 0) return null;
  return (
    <details class="earlier-tests">
      <summary>{t('config.test.earlier')}</summary>
      <ul>
        {tests.map((test) => {
          const tone = test.endedAt === null ? 'info' : toneOf(adviceOf(test));
          return (
            <li key={test.id}>
              <span>
                {i18n.format().moment(test.at, clock.now())}
                <span class="sub">{whoWords(i18n, test)}</span>
              </span>
              <Badge
                look={{ tone, icon: tone === 'positive' ? 'check' : tone === 'info' ? 'phone' : 'alert' }}
              >
                {test.endedAt === null ? t('config.test.running') : reasonWords(i18n, test)}
              </Badge>
            </li>
          );
        })}
      </ul>
    </details>
  );
}

function whoWords({ t }: I18n, test: TrunkTest): string {
  return t('config.test.who', { number: test.number ?? '•••', by: test.by });
}

function reasonWords(i18n: I18n, { reason }: TrunkTest): string {
  return i18n.tMaybe(`reason.${reason ?? 'unknown'}`, reason ?? '');
}

/** RFC 3261 §21: the reason phrases that carriers' people know, the same in every language. */
const PHRASES: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  407: 'Proxy Authentication Required',
  408: 'Request Timeout',
  415: 'Unsupported Media Type',
  480: 'Temporarily Unavailable',
  484: 'Address Incomplete',
  486: 'Busy Here',
  487: 'Request Terminated',
  488: 'Not Acceptable Here',
  500: 'Server Internal Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Server Time-out',
  600: 'Busy Everywhere',
  603: 'Decline',
  604: 'Does Not Exist Anywhere',
};

function sipWords(status: number): string {
  const phrase = PHRASES[status];
  return phrase === undefined ? String(status) : `${status} ${phrase}`;
}
