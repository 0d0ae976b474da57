import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CryptoRandomSource } from './random-source.js';

const random = new CryptoRandomSource();
const codes = (count: number, length = 6) => Array.from({ length: count }, () => random.digits(length));

/** Pearson's statistic against ten values that are equally likely: nine degrees of freedom. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** Exceeded once in a billion by a fair source with nine degrees of freedom. */
const ONCE_IN_A_BILLION = 61;

const SAMPLE = 60_000;

describe('codes', () => {
  it.each([4, 6, 8, 10])('S1.7 have %i digits and nothing else', (length) => {
    for (const code of codes(1_000, length)) expect(code).toMatch(new RegExp(`^[0-9]{${length}}$`));
  });

  it('S1.7, 8.7 keep their leading zeros', () => {
    const withZero = codes(SAMPLE).filter((code) => code.startsWith('0'));
    // a tenth, give or take eight standard deviations
    expect(Math.abs(withZero.length - SAMPLE / 10)).toBeLessThan(8 * Math.sqrt(SAMPLE * 0.1 * 0.9));
  });

  it('R1 come from the whole range, both ends included', () => {
    const seen = new Set(codes(SAMPLE, 2));
    expect(seen.size).toBe(100);
    expect(seen).toContain('00');
    expect(seen).toContain('99');
  });

  it('8.7, R1 have every digit equally often in every place', () => {
    const sample = codes(SAMPLE);
    for (const place of [0, 1, 2, 3, 4, 5]) {
      const counts = Array.from({ length: 10 }, () => 0);
      for (const code of sample) counts[Number(code[place])]! += 1;
      expect(chiSquare(counts), `place ${place}`).toBeLessThan(ONCE_IN_A_BILLION);
    }
  });

  it('8.7 would fail that test with the faults that others had', () => {
    const fourTooOften = [1, 1, 1, 1, 1.95, 1, 1, 1, 1, 1].map((weight) => (SAMPLE * weight) / 10.95);
    const noLeadingZero = [0, 1, 1, 1, 1, 1, 1, 1, 1, 1].map((weight) => (SAMPLE * weight) / 9);
    expect(chiSquare(fourTooOften)).toBeGreaterThan(ONCE_IN_A_BILLION);
    expect(chiSquare(noLeadingZero)).toBeGreaterThan(ONCE_IN_A_BILLION);
  });

  it('R1 hardly ever repeat', () => {
    expect(new Set(codes(1_000, 10)).size).toBeGreaterThan(998);
  });
});

describe('tokens', () => {
  it('hold 256 bits, safe in a URL and in a cookie', () => {
    expect(random.token()).toMatch(/^[\w-]{43}$/);
    expect(Buffer.from(random.token(), 'base64url')).toHaveLength(32);
  });

  it('and ids are never the same twice', () => {
    expect(new Set(Array.from({ length: 10_000 }, () => random.token())).size).toBe(10_000);
    expect(new Set(Array.from({ length: 10_000 }, () => random.id())).size).toBe(10_000);
  });
});

describe('the source', () => {
  const src = join(import.meta.dirname, '..');
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'),
  );

  it('8.7, R1 never asks Math.random', () => {
    expect(files).toContain(join('runtime', 'random-source.ts'));
    expect(files.filter((file) => /Math\s*\.\s*random/.test(readFileSync(join(src, file), 'utf8')))).toEqual(
      [],
    );
  });
});
