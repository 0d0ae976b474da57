import { createHash, createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { resolveConfig } from '../options/resolve-config.js';
import type { E164 } from '../phone/e164.js';
import { CodeMac, type CodeBinding } from './code-mac.js';

const timingSafeEqual = vi.hoisted(() => vi.fn<(a: Buffer, b: Buffer) => boolean>());
vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof import('node:crypto')>();
  return { ...crypto, timingSafeEqual: timingSafeEqual.mockImplementation(crypto.timingSafeEqual) };
});

const secret = 'the secret of this application, long enough';
const macWith = (value: string) => new CodeMac(resolveConfig({ secret: value }), 'auth');
const mac = macWith(secret);

const phoneNumber = '+12025550123' as E164;
const code = '048213';
const binding: CodeBinding = { purpose: 'sign-in', phoneNumber, id: 'f0a3' };

/** Everything that a binding can differ in. */
const others: [what: string, binding: CodeBinding][] = [
  ['another purpose', { ...binding, purpose: 'reset-password' }],
  ['the purpose of a second factor', { ...binding, purpose: 'second-factor' }],
  ['another number', { ...binding, phoneNumber: '+12025550124' as E164 }],
  ['another id', { ...binding, id: 'f0a4' }],
];

describe('what is stored of a code', () => {
  it('8.8 is neither the code nor an unkeyed hash of it', () => {
    const stored = mac.of(code, binding);
    expect(stored).toMatch(/^[0-9a-f]{64}$/);
    expect(stored).not.toContain(code);
    const texts = [code, ...[phoneNumber, 'f0a3', 'sign-in'].flatMap((part) => [part + code, code + part])];
    for (const text of texts) {
      expect(stored).not.toBe(createHash('sha256').update(text).digest('hex'));
      expect(stored).not.toBe(createHmac('sha256', secret).update(text).digest('hex'));
    }
  });

  it('8.8, S2.22 cannot be found again without the secret, by trying every code', () => {
    const stored = mac.of(code, binding);
    const thief = macWith('a secret that the thief made up, as long as it');
    const tried = Array.from({ length: 50_000 }, (_, guess) => String(guess).padStart(6, '0'));
    expect(tried).toContain(code);
    expect(tried.filter((guess) => thief.matches(stored, guess, binding))).toEqual([]);
    expect(tried.filter((guess) => mac.matches(stored, guess, binding))).toEqual([code]);
  });

  it.each(others)('8.8, S1.26 differs for %s', (_, other) => {
    expect(mac.of(code, other)).not.toBe(mac.of(code, binding));
    expect(mac.matches(mac.of(code, binding), code, other)).toBe(false);
  });

  it('A20 differs at another path of the same application', () => {
    const other = new CodeMac(resolveConfig({ secret }), 'admin');
    expect(other.of(code, binding)).not.toBe(mac.of(code, binding));
    expect(other.matches(mac.of(code, binding), code, binding)).toBe(false);
  });

  it('8.8 differs under another secret', () => {
    const other = macWith(`${secret}.`);
    expect(other.of(code, binding)).not.toBe(mac.of(code, binding));
    expect(other.matches(mac.of(code, binding), code, binding)).toBe(false);
  });

  it('8.8 is the same in every process that has the secret', () => {
    expect(macWith(secret).matches(mac.of(code, binding), code, binding)).toBe(true);
  });

  it('8.8 tells apart what reads the same when it is put together', () => {
    const text = fc.stringMatching(/^[0-9a-f]{8}$/);
    const place = fc.integer({ min: 0, max: 8 });
    fc.assert(
      fc.property(text, place, place, (whole, one, two) => {
        fc.pre(one !== two);
        const cutAt = (cut: number) => mac.of(whole.slice(cut), { ...binding, id: whole.slice(0, cut) });
        expect(cutAt(one)).not.toBe(cutAt(two));
      }),
    );
  });
});

describe('after the secret was replaced', () => {
  const rotated = new CodeMac(
    resolveConfig({ secret: 'the secret of next year, and long enough', previousSecrets: [secret] }),
    'auth',
  );

  it('a code that was sent before still fits, and no other', () => {
    expect(rotated.matches(mac.of(code, binding), code, binding)).toBe(true);
    expect(rotated.matches(mac.of(code, binding), '048214', binding)).toBe(false);
  });

  it('new codes are stored under the present secret alone', () => {
    expect(mac.matches(rotated.of(code, binding), code, binding)).toBe(false);
    expect(rotated.matches(rotated.of(code, binding), code, binding)).toBe(true);
  });

  it('R6 the decoy compares as often as the real thing', () => {
    timingSafeEqual.mockClear();
    rotated.matches(mac.of(code, binding), code, binding);
    expect(timingSafeEqual).toHaveBeenCalledTimes(2);
    rotated.decoy(code, 'sign-in', phoneNumber);
    expect(timingSafeEqual).toHaveBeenCalledTimes(4);
  });
});

describe('the comparison', () => {
  it('R6 is in constant time over whole MACs, for the right code and for a wrong one', () => {
    const stored = mac.of(code, binding);
    timingSafeEqual.mockClear();
    expect(mac.matches(stored, code, binding)).toBe(true);
    expect(mac.matches(stored, '048214', binding)).toBe(false);
    expect(timingSafeEqual.mock.calls.map(([a, b]) => [a.length, b.length])).toEqual([
      [32, 32],
      [32, 32],
    ]);
  });

  it('R6 is done where there is nothing to compare with', () => {
    timingSafeEqual.mockClear();
    mac.decoy(code, 'sign-in', phoneNumber);
    expect(timingSafeEqual.mock.calls.map(([a, b]) => [a.length, b.length])).toEqual([[32, 32]]);
  });

  it.each(['', 'ab', 'no hex at all', '0'.repeat(63), '0'.repeat(66)])(
    'R8 fails where the stored MAC is %j',
    (stored) => {
      expect(mac.matches(stored, code, binding)).toBe(false);
    },
  );
});
