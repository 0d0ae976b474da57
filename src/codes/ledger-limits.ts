import type { GuessLimits, PhoneAuthConfig, SendLimits } from '../options/config.js';

/** What the ledger keeps to. */
export interface LedgerLimits {
  readonly allowedAttempts: number;
  readonly guesses: GuessLimits | undefined;
  readonly sends: SendLimits | undefined;
  readonly resendDelays: readonly number[] | undefined;
  /** Without any limit there is nothing to write down. */
  readonly isOn: boolean;
}

export function ledgerLimits({ allowedAttempts, limits, resendDelays }: PhoneAuthConfig): LedgerLimits {
  const { guesses, sends, pumping } = limits;
  const isOn = [guesses, sends, resendDelays, pumping].some((limit) => limit !== undefined);
  return { allowedAttempts, guesses, sends, resendDelays, isOn };
}
