/**
 * Microphone, speaker, ringer: chosen, tried, remembered on this computer.
 * @module
 */
import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useApp } from '../../app-context.ts';
import { Dialog } from '../../design/dialog.tsx';
import { SelectField } from '../../design/field.tsx';
import { Icon } from '../../design/icons.tsx';
import { Notice } from '../../design/parts.tsx';
import { useDesk } from './desk-context.ts';
import { LineQualityLine } from './line-quality.tsx';
import type { DeviceKind, DeviceName } from './phone/media.ts';

const RING_SECONDS = 2;

export function DevicesDialog({ onClose }: { onClose: () => void }): VNode {
  const { t } = useApp().i18n;
  const { media, tones } = useDesk().phone;
  const microphone = media.microphone.value;
  const bad =
    microphone === 'refused' ||
    microphone === 'missing' ||
    microphone === 'busy' ||
    microphone === 'insecure';
  const select = (kind: DeviceKind, devices: readonly DeviceName[]): VNode => (
    <SelectField
      label={t(`desk.devices.${kind}`)}
      value={media.choice.value[kind]}
      onChange={(id) => void media.choose(kind, id)}
      options={[
        { value: '', label: t('desk.devices.system') },
        ...devices.map(({ id, label }, index) => ({
          value: id,
          label: label === '' ? t('desk.devices.unnamed', { n: index + 1 }) : label,
        })),
      ]}
    />
  );
  return (
    <Dialog
      title={t('desk.devices')}
      onClose={onClose}
      onSubmit={onClose}
      foot={
        <button type="submit" class="btn" data-kind="primary">
          {t('action.close')}
        </button>
      }
    >
      {bad ? (
        <Notice tone="danger" icon="micOff" role="alert" title={t(`desk.mic.${microphone}`)}>
          {t(`desk.mic.${microphone}.text`)}
        </Notice>
      ) : null}
      {select('microphone', media.inputs.value)}
      <Level />
      {media.canChooseOutput ? (
        <>
          {select('speaker', media.outputs.value)}
          <Echo />
          {select('ringer', media.outputs.value)}
        </>
      ) : (
        <>
          <p class="muted">{t('desk.devices.noOutput')}</p>
          <Echo />
        </>
      )}
      <div>
        <button type="button" class="btn" onClick={() => tones.play('ring', RING_SECONDS)}>
          <Icon name="ring" />
          {t('desk.devices.ringTest')}
        </button>
      </div>
      <TestCall />
      <p class="muted">{t('desk.devices.remembered')}</p>
    </Dialog>
  );
}

/** The bar moves by style, not by rendering: twelve times a second. */
function Level(): VNode {
  const { t } = useApp().i18n;
  const { media } = useDesk().phone;
  const bar = useRef<HTMLSpanElement>(null);
  const stream = media.stream.value;
  useEffect(
    () =>
      media.meter((level) => {
        if (bar.current) bar.current.style.width = `${Math.round(level * 100)}%`;
      }),
    [stream],
  );
  return (
    <div class="level">
      <span class="field-label">{t('desk.devices.level')}</span>
      <span class="level-bar" aria-hidden="true">
        <span ref={bar} />
      </span>
      <span class="hint">{t('desk.devices.levelHint')}</span>
    </div>
  );
}

/** Over the edge, as a call goes: microphone, network and quality of the line in one. */
function TestCall(): VNode {
  const { i18n, clock } = useApp();
  const { t } = i18n;
  const store = useDesk();
  const { echo, phone } = store;
  const state = echo.state.value;
  const may = store.desk.value?.call === null && phone.line.value === 'registered';
  const left = Math.max(0, Math.ceil(((echo.until.value ?? 0) - clock.tick.value) / 1000));
  // Whoever closes the window has heard enough.
  useEffect(() => echo.stop, []);
  return (
    <div class="echo">
      <button
        type="button"
        class="btn"
        aria-pressed={state !== 'off'}
        disabled={!may}
        onClick={state === 'off' ? echo.start : echo.stop}
      >
        <Icon name={state === 'off' ? 'phone' : 'hangUp'} />
        {t(state === 'off' ? 'desk.devices.test' : 'desk.devices.testStop')}
      </button>
      <span class="hint" role={state === 'on' ? undefined : 'status'}>
        {!may
          ? t('desk.devices.testInCall')
          : state === 'on'
            ? t('desk.devices.testOn', { n: left })
            : t(state === 'calling' ? 'desk.devices.testCalling' : 'desk.devices.testHint')}
      </span>
      {state === 'on' || echo.quality.value !== undefined ? (
        <LineQualityLine quality={echo.quality.value} instead={undefined} />
      ) : null}
    </div>
  );
}

function Echo(): VNode {
  const { t } = useApp().i18n;
  const store = useDesk();
  const [on, setOn] = useState(false);
  const inCall = store.phone.connected.value || store.echo.state.value !== 'off';
  useEffect(() => (on ? store.phone.media.echo() : undefined), [on]);
  return (
    <div class="echo">
      <button
        type="button"
        class="btn"
        aria-pressed={on}
        disabled={inCall || store.phone.media.stream.value === undefined}
        onClick={() => setOn(!on)}
      >
        <Icon name="volume" />
        {t(on ? 'desk.devices.echoStop' : 'desk.devices.echo')}
      </button>
      <span class="hint" role="status">
        {t(inCall ? 'desk.devices.echoInCall' : on ? 'desk.devices.echoOn' : 'desk.devices.echoHint')}
      </span>
    </div>
  );
}
