import type { Telemetry, TelemetryInstrument } from '../runtime/telemetry.js';
import type { MessageChannel } from '../options/options.js';
import type { SendResult } from './send-result.js';

/** What is said of a message beside how long it took. */
export interface MeasuredSend {
  readonly purpose: string;
  readonly channel?: MessageChannel | undefined;
}

const DURATION: TelemetryInstrument = {
  name: 'phone_auth.send.duration',
  unit: 's',
  description: 'Time until a sender has said what became of a message',
};

/** Hands a message over inside a span, and takes the time. */
export function measured(
  telemetry: Telemetry,
  { purpose, channel = 'sms' }: MeasuredSend,
  send: () => Promise<SendResult>,
): Promise<SendResult> {
  if (!telemetry.isOn) return send();
  const attributes = { 'phone_auth.purpose': purpose, 'phone_auth.channel': channel };
  return telemetry.span({ name: 'phone_auth.send', kind: 'client', attributes }, async (span) => {
    const began = performance.now();
    const result = await send();
    const outcome = { 'phone_auth.provider': result.provider, 'phone_auth.outcome': result.status };
    span.set(outcome);
    if (result.status !== 'accepted') span.failed(result.status);
    telemetry.record(DURATION, (performance.now() - began) / 1_000, { ...attributes, ...outcome });
    return result;
  });
}
