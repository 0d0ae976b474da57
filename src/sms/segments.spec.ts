import { describe, expect, it } from 'vitest';
import { smsSegments } from './segments.js';

describe('smsSegments', () => {
  const cases: [what: string, text: string, encoding: string, units: number, segments: number][] = [
    ['nothing', '', 'GSM-7', 0, 1],
    ['the default text', 'Your code is 048213', 'GSM-7', 19, 1],
    ['160 septets', 'a'.repeat(160), 'GSM-7', 160, 1],
    ['161 septets', 'a'.repeat(161), 'GSM-7', 161, 2],
    ['306 septets', 'a'.repeat(306), 'GSM-7', 306, 2],
    ['307 septets', 'a'.repeat(307), 'GSM-7', 307, 3],
    ['the letters of western Europe', 'Ä Ö Ü ß é à ñ å', 'GSM-7', 15, 1],
    ['extension characters, which count two', '€[]{}\\^~|', 'GSM-7', 18, 1],
    ['79 characters and a full one of two', `${'a'.repeat(158)}€`, 'GSM-7', 160, 1],
    ['an extension that does not fit any more', `${'a'.repeat(159)}€`, 'GSM-7', 161, 2],
    [
      'an extension that is not torn at the edge of a segment',
      `${'a'.repeat(152)}€${'a'.repeat(152)}`,
      'GSM-7',
      306,
      3,
    ],
    ['70 units', 'я'.repeat(70), 'UCS-2', 70, 1],
    ['71 units', 'я'.repeat(71), 'UCS-2', 71, 2],
    ['one letter outside the alphabet', `${'a'.repeat(70)}я`, 'UCS-2', 71, 2],
    ['a small c with a cedilla, which is not in the alphabet', 'ç', 'UCS-2', 1, 1],
    ['an emoji, which is two units', '🔑', 'UCS-2', 2, 1],
    ['an emoji that is not torn', `${'я'.repeat(66)}🔑${'я'.repeat(66)}`, 'UCS-2', 134, 3],
  ];

  it.each(cases)('R37 counts %s', (_, text, encoding, units, segments) => {
    expect(smsSegments(text)).toEqual({ encoding, units, segments });
  });
});
