import type { Telemetry, TelemetryAttributes, TelemetryInstrument } from '../runtime/telemetry.js';
import type { PhoneAuthEvent } from './phone-auth-event.js';

const counter = (name: string, unit: string, description: string): TelemetryInstrument => ({
  name: `phone_auth.${name}`,
  unit,
  description,
});

const COUNTERS = {
  sent: counter('codes.sent', '{code}', 'Messages with a code that a provider accepted'),
  unsent: counter('codes.unsent', '{code}', 'Messages with a code that no provider took'),
  verified: counter('codes.verified', '{code}', 'Codes that came back and were right'),
  concluded: counter(
    'messages.concluded',
    '{message}',
    'Messages of which a receipt says what became of them',
  ),
  signedIn: counter('sign_ins', '{sign-in}', 'Successful sign-ins'),
  refused: counter('refusals', '{refusal}', 'What was asked for and refused'),
  suspected: counter(
    'messages.suspected',
    '{message}',
    'Messages that the guard against SMS pumping had a say in',
  ),
  alarms: counter('alarms', '{alarm}', 'What somebody should look at'),
};

/**
 * Counts what an event says. Attributes have few values each, or a metric would cost more than it tells: country, purpose,
 * channel, provider and codes, and nothing that belongs to one person.
 */
export function countEvent(telemetry: Telemetry, event: PhoneAuthEvent): void {
  const count = (instrument: TelemetryInstrument, attributes: Record<string, TelemetryAttributes[string]>) =>
    telemetry.count(instrument, inNamespace(attributes));
  switch (event.type) {
    case 'code.sent': {
      const { purpose, channel, country, provider } = event;
      return count(COUNTERS.sent, { purpose, channel, country, provider });
    }
    case 'code.failed': {
      const { purpose, channel, country } = event;
      return count(COUNTERS.unsent, { purpose, channel, country });
    }
    case 'code.verified': {
      const { purpose, country } = event;
      return count(COUNTERS.verified, { purpose, country });
    }
    case 'message.delivered':
    case 'message.undelivered': {
      const status = event.type === 'message.delivered' ? 'delivered' : 'undelivered';
      return count(COUNTERS.concluded, { status, provider: event.provider });
    }
    case 'sign-in.succeeded': {
      const { method, country, isNewUser } = event;
      return count(COUNTERS.signedIn, { method, country, new_user: isNewUser });
    }
    case 'code-request.failed':
    case 'code-check.failed':
    case 'sign-in.failed':
    case 'number-link.failed':
    case 'password-change.failed':
    case 'step-up.failed':
    case 'token-refresh.failed':
    case 'two-factor-change.failed': {
      const { type, reason, country } = event;
      return count(COUNTERS.refused, { action: type.slice(0, -'.failed'.length), reason, country });
    }
    case 'send.suspected': {
      const { decision, reason, country } = event;
      return count(COUNTERS.suspected, { decision, reason, country });
    }
    case 'conversion.low':
    case 'guess.alarm':
    case 'number.disabled':
      return count(COUNTERS.alarms, { alarm: event.type });
    default:
  }
}

/** Requests that were turned away before anything was asked of a flow, so many that each as an event would be a burden. */
export function countRefusedRequest(telemetry: Telemetry, limit: 'address' | 'number'): void {
  telemetry.count(COUNTERS.refused, inNamespace({ action: 'request', reason: 'RATE_LIMITED', limit }));
}

function inNamespace(attributes: Readonly<Record<string, TelemetryAttributes[string]>>): TelemetryAttributes {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`phone_auth.${name}`, value]));
}
