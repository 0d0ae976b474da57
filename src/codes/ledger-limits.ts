import type { GuessLimits, PhoneAuthConfig, SendLimits } from '../options/config.js';
import type { LiveSettings } from '../options/live-settings.js';

/** What the ledger keeps to. */
export interface LedgerLimits {
  readonly allowedAttempts: number;
  readonly guesses: GuessLimits | undefined;
  readonly sends: SendLimits | undefined;
  readonly resendDelays: readonly number[] | undefined;
  /** Without any limit there is nothing to write down. */
  readonly isOn: boolean;
}

/** An operator may change `allowedAttempts` at any moment, and with it the waits: both are looked up each time. */
export function ledgerLimits(
  { limits, resendDelays }: PhoneAuthConfig,
  settings: LiveSettings,
): LedgerLimits {
  const { guesses, sends, pumping } = limits;
  const isOn = [guesses, sends, resendDelays, pumping].some((limit) => limit !== undefined);
  return {
    get allowedAttempts() {
      return settings.phoneNumber.allowedAttempts;
    },
    get guesses() {
      return guesses && { ...guesses, waits: [...freeOfWaits(this.allowedAttempts), ...guesses.waits] };
    },
    sends,
    resendDelays,
    isOn,
  };
}

/** Whoever uses up one code has typed badly; only the next one may be guessing. */
const freeOfWaits = (allowedAttempts: number) => Array.from({ length: allowedAttempts }, () => 0);
