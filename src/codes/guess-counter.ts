import type { CodeKey } from './code-table.js';

/** A code that has just been charged for one more guess. */
export interface ChargedCode {
  readonly id: string;
  readonly mac: string;
  /** Guesses so far, this one included. */
  readonly attempts: number;
  readonly requestedBy: string | null;
}

/** Why a code can no longer be guessed at. */
export type EndOfCode = 'expired' | 'exhausted';

/**
 * The exact part of the code table. However many ask at once, from however many processes: a code is charged as often as
 * it may be guessed at, everybody who charged it is told another number, and one caller is told that it has ended.
 */
export interface GuessCounter {
  /** Counts one guess against a live code, before anything is compared. `undefined`: there is none to guess at. */
  charge(key: CodeKey, allowedAttempts: number, now: number): Promise<ChargedCode | undefined>;

  /**
   * Says why a code can no longer be guessed at: to one caller, as for the others there is none from then on. The row
   * stays, because a guess that was charged in time may still be on its way to consuming it.
   */
  retire(key: CodeKey, allowedAttempts: number, now: number): Promise<EndOfCode | undefined>;
}
