import { scrypt, timingSafeEqual } from 'node:crypto';

/** `hex(salt):hex(key)`, as Better Auth stores passwords (WIRE 2.7). */
const FORM = /^([0-9a-f]{32}):([0-9a-f]{128})$/;

export const isBetterAuthHash = (stored: string): boolean => FORM.test(stored);

/** scrypt(NFKC(password), the salt's hex text, N 16384, r 16, p 1, 64 bytes). */
export async function verifyBetterAuthHash(stored: string, password: string): Promise<boolean> {
  const [, salt = '', key = ''] = FORM.exec(stored) ?? [];
  const expected = Buffer.from(key, 'hex');
  const given = await new Promise<Buffer>((resolve, reject) => {
    scrypt(
      password.normalize('NFKC'),
      salt,
      64,
      { N: 16_384, r: 16, p: 1, maxmem: 128 * 16_384 * 16 * 2 },
      (error, derived) => {
        if (error) reject(error);
        else resolve(derived);
      },
    );
  });
  return expected.length === given.length && timingSafeEqual(expected, given);
}
