import { PhoneAuthError } from '../errors/phone-auth.error.js';

/** A row like this one is there already. */
export class UniqueViolation extends Error {}

/** The database gave way to another transaction. Nothing is wrong with the work: the same once more may succeed. */
export class LostRace extends PhoneAuthError {
  constructor(cause: Error) {
    super('SERVICE_UNAVAILABLE', { cause, retryAfter: 5 });
  }
}

const UNIQUE_VIOLATIONS = new Set([
  '23505',
  'ER_DUP_ENTRY',
  'SQLITE_CONSTRAINT_UNIQUE',
  'SQLITE_CONSTRAINT_PRIMARYKEY',
]);

/** PostgreSQL: serialization failure, deadlock. MySQL: deadlock, lock wait, and MariaDB's word for the first. */
const LOST_RACES = new Set(['40001', '40P01', 'ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT', 'ER_CHECKREAD']);

/** Whether another transaction was in the way, also of a statement that a host's store ran with TypeORM. */
export const isLostRace = (error: unknown): boolean =>
  error instanceof LostRace || LOST_RACES.has((error as { code?: string } | null)?.code ?? '');

/**
 * A database that does not answer refuses (I6): the caller learns no more than that. The driver's own error stays here,
 * because it carries every bound value, numbers and hashes among them, for whoever prints it (R62).
 */
export async function guard<T>(run: () => Promise<T>, bound: readonly unknown[] = []): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const { code = 'no code', message = '' } = error as { code?: string; message?: string };
    if (UNIQUE_VIOLATIONS.has(code)) throw new UniqueViolation(code);
    const cause = new Error(`${withoutValues(message, bound)} (${code})`);
    if (LOST_RACES.has(code)) throw new LostRace(cause);
    throw new PhoneAuthError('SERVICE_UNAVAILABLE', { cause, retryAfter: 5 });
  }
}

/**
 * Databases quote what they were given, whole or cut short: MySQL in a duplicate or wrong value and in every syntax error,
 * PostgreSQL in a wrong value. So whatever stands between quotes goes if it is, holds, or is a piece of a bound value.
 */
export function withoutValues(message: string, bound: readonly unknown[]): string {
  const texts = bound.filter((value) => typeof value === 'string' && value !== '') as string[];
  return message
    .split(/(['"])/)
    .map((piece) => (texts.some((text) => overlap(piece, text)) ? '?' : piece))
    .join('');
}

/** A text of three letters is found in many a word, so it counts only where it stands alone. */
const overlap = (piece: string, text: string): boolean =>
  piece === text || (text.length > 3 && piece.includes(text)) || (piece.length > 1 && text.includes(piece));
