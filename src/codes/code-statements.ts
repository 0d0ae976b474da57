import type { FollowUp, RowAlong } from '../persistence/along.js';
import type { Row } from '../persistence/database.js';
import type { E164 } from '../phone/e164.js';
import type { CodeKey } from './code-table.js';

/** A code as it goes into its row. */
export interface NewCode extends CodeKey {
  readonly id: string;
  readonly mac: string;
  readonly expiresAt: number;
  readonly requestedBy: string | null;
  /** The code under encryption, where something may want to send it again. */
  readonly sealed: string | null;
}

/** Which code that is there is sent again, in place of a new one. It has guesses left and the same requester. */
export interface CodeToResend {
  /** The earliest end that it may have. */
  readonly endsFrom: number;
  /** Where clients are bound to codes: no other than this one. */
  readonly id: string | undefined;
}

/** A code that was there and is sent again, with the guesses and the end that it had. */
export interface ResentCode {
  readonly id: string;
  readonly sealed: string;
  readonly expiresAt: number;
}

/** Whose row of the ledger: a known device's, or with an empty holder everybody else's. */
export interface LedgerKey {
  readonly phoneNumber: E164;
  readonly holder: string;
}

/** A message that asks the ledger for room. */
export interface SlotRequest {
  readonly holder: string;
  readonly now: number;
  /** The client address that it is counted by, or empty. */
  readonly sentFrom: string;
  /** SHA-256 of its `Idempotency-Key`, or empty. */
  readonly sendKey: string;
  readonly messageId: string;
  /** What is read in the same statement, on databases where that can be. */
  readonly along?: RowAlong | undefined;
}

/** The ledger had room for a message. */
export interface Slot {
  /** When the next one may go out. */
  readonly nextSendAt: number;
  /** Messages in a row, this one included; 0 where nobody counts. */
  readonly sendsInARow: number;
  /** What it carries, where that is not the new code. */
  readonly resent?: ResentCode | undefined;
  /** The columns that were read along; `undefined` where nothing was. */
  readonly along?: Row | undefined;
}

/** A guess at the open code of a key. */
export interface Guess extends CodeKey {
  readonly holder: string;
  /** Where the client is bound to a code: only this one can be guessed at. */
  readonly id: string | undefined;
  readonly now: number;
  /** Whether a CAPTCHA was solved. */
  readonly human: boolean;
  /** Whether a code that has expired is charged too: whoever compares it has to see when it ended. */
  readonly expiredToo: boolean;
  /** What is read in the same statement, on databases where that can be. */
  readonly along?: RowAlong | undefined;
}

/** A code that has just been charged for one more guess, and the number with it. */
export interface ChargedCode {
  readonly id: string;
  readonly mac: string;
  /** Id of the last message that carries it. */
  readonly messageId: string;
  /** Guesses so far, this one included. */
  readonly attempts: number;
  readonly expiresAt: number;
  readonly requestedBy: string | null;
  /** Wrong codes for the number in a row, this guess counted as one. */
  readonly failuresInARow: number;
  /** Messages since a code was last used, and the address that the last one was counted by. */
  readonly messages: number;
  readonly sentFrom: string;
  /** The columns that were read along; `undefined` where nothing was. */
  readonly along?: Row | undefined;
}

/** Why a code can no longer be guessed at. */
export type EndOfCode = 'expired' | 'exhausted';

/**
 * The exact part: codes and the ledger of their numbers. However many ask at once, from however many processes, what is
 * counted is counted before anybody is told, and one caller gets what there is once.
 */
export interface CodeStatements {
  /**
   * Makes a code the only one of its key, remembering the one that it replaces, if the ledger has room for its message.
   * `undefined`: there is none, and nothing has changed.
   *
   * @param resend the code that is there stays, and is told, where it is such a one
   */
  put(code: NewCode, request: SlotRequest, resend?: CodeToResend): Promise<Slot | undefined>;

  /** As {@link put}, where the message has its room already. */
  replace(code: NewCode): Promise<void>;

  /**
   * Counts one guess against a live code and its number, before anything is compared. `undefined`: there is nothing to
   * guess at, or the number is locked; a guess may then have been counted against the code, and none is ever compared.
   */
  charge(guess: Guess): Promise<ChargedCode | undefined>;

  /** Uses a code up and ends the row of failures. True for exactly one caller, and for none once it was replaced. */
  use(key: CodeKey & LedgerKey, id: string): Promise<boolean>;

  /**
   * As {@link use}, and in the same statement what follows from it, each change only if the one before it was made. Left out
   * where that takes more than one statement.
   *
   * @returns what the first change gives back, in columns that are all `null` where it was not made; `undefined`: nothing has changed
   */
  useWith?(
    key: CodeKey & LedgerKey,
    id: string,
    followUps: readonly [FollowUp, ...FollowUp[]],
  ): Promise<Row | undefined>;
}
