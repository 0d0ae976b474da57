import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { guard, LostRace, UniqueViolation, withoutValues } from './failures.js';

const NUMBER = '+12025550123';

/** What `guard` makes of an error of a driver. */
const failure = (code: string, message = 'no message'): Promise<unknown> =>
  guard(() => Promise.reject(Object.assign(new Error(message), { code })), [NUMBER]).catch(
    (error: unknown) => error,
  );

describe('a failed statement', () => {
  it.each(['23505', 'ER_DUP_ENTRY', 'SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY'])(
    '3.4, R62 %s is a unique violation, without the value that is there already',
    async (code) => {
      const error = await failure(code, `Duplicate entry '${NUMBER}' for key 'IDX_1'`);
      expect(error).toBeInstanceOf(UniqueViolation);
      expect(inspect(error, { depth: 9 })).not.toContain('2025550123');
    },
  );

  it.each(['40001', '40P01', 'ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT', 'ER_CHECKREAD'])(
    '3.4, I6 %s is a lost race, and SERVICE_UNAVAILABLE to whoever hears of it',
    async (code) => {
      const error = await failure(code);
      expect(error).toBeInstanceOf(LostRace);
      expect(error).toMatchObject({ code: 'SERVICE_UNAVAILABLE', retryAfter: 5 });
    },
  );

  it('I6 anything else is SERVICE_UNAVAILABLE', async () => {
    expect(await failure('ECONNREFUSED')).toMatchObject({ code: 'SERVICE_UNAVAILABLE', retryAfter: 5 });
  });
});

describe('the message of a failure', () => {
  it.each([
    ["Duplicate entry '+12025550123' for key 'IDX_1'", "Duplicate entry '?' for key 'IDX_1'"],
    ["near ''+12025550123', 7)' at line 1", "near ''?', 7)' at line 1"],
    ["near '+120255' at line 1", "near '?' at line 1"],
    ["Duplicate entry '+12025550123-sign-in' for key", "Duplicate entry '?' for key"],
    ['invalid input syntax for type bigint: "+12025550123"', 'invalid input syntax for type bigint: "?"'],
    ["Table 'test.phone_auth_code' doesn't exist", "Table 'test.phone_auth_code' doesn't exist"],
  ])('R62 %s loses what was bound', (message, told) => {
    expect(withoutValues(message, [NUMBER, 7, null, true])).toBe(told);
  });

  it('R62 a value with a quote in it goes piece by piece', () => {
    expect(withoutValues("Incorrect value: 'Miles O'Brien'", ["Miles O'Brien"])).toBe(
      "Incorrect value: '?'?'",
    );
  });

  it('a bound value of a letter or two takes nothing else with it', () => {
    expect(withoutValues("Unknown column 'name' in 'field list'", ['e', ''])).toBe(
      "Unknown column 'name' in 'field list'",
    );
  });
});
