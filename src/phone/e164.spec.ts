import { validate } from 'class-validator';
import * as fc from 'fast-check';
import {
  getCountries,
  getCountryCallingCode,
  getExampleNumber,
  isValidPhoneNumber,
} from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/examples.mobile.json' with { type: 'json' };
import { describe, expect, it } from 'vitest';
import { e164Schema } from './e164.schema.js';
import { parseE164, readNumber } from './e164.js';
import { IsE164 } from './is-e164.decorator.js';

const NUMBER = '+12025550123';

/** Ways in which people and programs write one number (attack A25). */
const SAME_NUMBER = [
  '+12025550123',
  '+1 202 555 0123',
  '+1 (202) 555-0123',
  '+1 (202)555-0123',
  '+1-202-555-0123',
  '+1.202.555.0123',
  '+1 202.555-0123',
  '+(1) 202 555 0123',
  '+ 1 202 555 0123',
  ' +12025550123',
  '+12025550123 ',
  '+1  202  555  0123',
  '+1 (2 0 2) 5-5-5 0.1.2.3',
];

const REFUSED: [what: string, input: unknown][] = [
  ['no plus', '12025550123'],
  ['no country', '202 555 0123'],
  ['00 in place of the plus', '0012025550123'],
  ['011 in place of the plus', '01112025550123'],
  ['two pluses', '++12025550123'],
  ['a plus at the end', '12025550123+'],
  ['an extension', '+12025550123;ext=1'],
  ['an extension by word', '+12025550123 ext 1'],
  ['an extension by x', '+12025550123x1'],
  ['a pause and more digits', '+12025550123,,1'],
  ['a wait and more digits', '+12025550123;1'],
  ['letters', '+1202555CALL'],
  ['tel:', 'tel:+12025550123'],
  ['a hash', '+12025550123#'],
  ['a slash', '+1 202/555/0123'],
  ['full-width digits', '+１２０２５５５０１２３'],
  ['a full-width plus', '＋12025550123'],
  ['Arabic digits', '+١٢٠٢٥٥٥٠١٢٣'],
  ['a no-break space', '+1\u00a02025550123'],
  ['a zero-width space', '+1\u200b2025550123'],
  ['a bidi mark', '\u202a+12025550123'],
  ['a soft hyphen', '+1202\u00ad5550123'],
  ['an en dash', '+1202\u20135550123'],
  ['a tab', '+1202\t5550123'],
  ['a line break at the end', '+12025550123\n'],
  ['a null byte', '+12025550123\0'],
  ['a zero as country', '+02025550123'],
  ['sixteen digits', '+1202555012345678'],
  ['more than 32 characters', `+1${' '.repeat(31)}2025550123`],
  ['a number that no plan has', '+1 555 123 4567'],
  ['an empty string', ''],
  ['a number of JavaScript', 12_025_550_123],
  ['a list of one', ['+12025550123']],
  ['an object', { toString: () => '+12025550123' }],
  ['null', null],
  ['nothing', undefined],
];

const countries = getCountries();

const anyRealNumber = fc
  .constantFrom(...countries)
  .map((country) => getExampleNumber(country, examples)?.number)
  .filter((number) => number !== undefined);

/** Something between two digits, as a person would type it. */
const separator = fc.constantFrom('', '', '', ' ', '-', '.', '(', ')');

describe('parseE164', () => {
  it.each(SAME_NUMBER)('S4.28, 8.19, R18 reads %j as the one canonical number', (spelling) => {
    expect(parseE164(spelling)).toBe(NUMBER);
  });

  it.each(REFUSED)('R19 refuses %s', (_, input) => {
    expect(parseE164(input)).toBeUndefined();
  });

  it('8.19, R18 changes nothing about what it gave', () => {
    fc.assert(
      fc.property(anyRealNumber, (number) => {
        const canonical = parseE164(number);
        expect(canonical).toBeDefined();
        expect(parseE164(canonical)).toBe(canonical);
      }),
    );
  });

  it('S4.28, 8.19, R18 gives one number for every spelling that it reads', () => {
    fc.assert(
      fc.property(anyRealNumber, fc.array(separator, { minLength: 15, maxLength: 15 }), (number, between) => {
        const spelling = number
          .split('')
          .map((digit, place) => digit + (between[place] ?? ''))
          .join('');
        fc.pre(spelling.length <= 32);
        expect(parseE164(spelling)).toBe(parseE164(number));
      }),
    );
  });

  it('R19 gives the E.164 shape or nothing, whatever comes in', () => {
    const input = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.stringMatching(/^[+0-9 ().;,x-]{0,36}$/),
      fc.tuple(anyRealNumber, fc.string()).map(([number, rest]) => number + rest),
      fc.anything({ maxDepth: 1, maxKeys: 2 }),
    );
    fc.assert(
      fc.property(input, (value) => {
        expect(parseE164(value) ?? '+12').toMatch(/^\+[1-9]\d{1,14}$/);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each(countries)('reads a mobile number of %s', (country) => {
    const number = getExampleNumber(country, examples)?.number;
    expect(parseE164(number)).toBe(number);
    expect(number).toMatch(new RegExp(`^\\+${getCountryCallingCode(country)}`));
  });

  it('R19 spends no time on a long input', () => {
    const long = `+${'('.repeat(1_000_000)}`;
    const started = performance.now();
    for (let round = 0; round < 10_000; round += 1) parseE164(long);
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it.each([
    [
      'DE',
      '+491711234567',
      ['0171 1234567', '(0171) 123-4567', '0049 171 1234567', '00491711234567', '171 1234567'],
    ],
    [
      'US',
      '+12025550123',
      ['(202) 555-0123', '202.555.0123', '1 202 555 0123', '2025550123', '011 1 202 555 0123'],
    ],
    ['US', '+491711234567', ['011 49 171 1234567', '+49 (0)171 1234567']],
    ['AU', '+61491570156', ['0491 570 156', '0011 61 491 570 156']],
    ['IT', '+390612345678', ['06 1234 5678', '0039 06 1234 5678']],
    ['AR', '+5491123456789', ['011 15 2345-6789', '+54 9 11 2345-6789', '00 54 9 11 2345 6789']],
  ] as const)(
    'R18, A25 with the region %s it reads %s as it is dialled there',
    (defaultRegion, number, spellings) => {
      for (const spelling of [number, ...spellings])
        expect(parseE164(spelling, { defaultRegion }), spelling).toBe(number);
    },
  );

  it('R19 a region changes nothing about what is refused', () => {
    const readable = new Set(['no plus', 'no country', '011 in place of the plus']);
    for (const [what, input] of REFUSED.filter(([what]) => !readable.has(what)))
      expect(parseE164(input, { defaultRegion: 'US' }), what).toBeUndefined();
    expect(parseE164('2025550123', { defaultRegion: 'US', strict: true })).toBeUndefined();
  });

  it('R18, R19 gives the E.164 shape or nothing for whatever is dialled', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^\+?[0-9]{1,22}$/),
        fc.constantFrom(...countries),
        (input, defaultRegion) => {
          const number = parseE164(input, { defaultRegion });
          expect(number ?? '+12').toMatch(/^\+[1-9]\d{1,14}$/);
          expect(parseE164(number)).toBe(number);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('refuses separators in strict mode', () => {
    expect(parseE164(NUMBER, { strict: true })).toBe(NUMBER);
    for (const spelling of SAME_NUMBER.slice(1))
      expect(parseE164(spelling, { strict: true })).toBeUndefined();
  });
});

describe('readNumber', () => {
  it('R20 reads a number that its plan has given up, with the digits that an account has it by', () => {
    expect(readNumber('+229 97 12 34 56')).toEqual({ number: '+22997123456', region: 'BJ', type: undefined });
    expect(readNumber('+52 1 55 1234 5678')).toMatchObject({ number: '+5215512345678', region: 'MX' });
    expect(readNumber('97 12 34 56', { defaultRegion: 'BJ' })?.number).toBe('+22997123456');
  });

  it('R19, R20 reads nothing with a calling code that nobody has', () => {
    expect(readNumber('+999123456789')).toBeUndefined();
    expect(readNumber('+1')).toBeUndefined();
  });

  it('S5.4 where strict, reads the form alone: from two to fifteen digits, whoever has them', () => {
    for (const number of ['+12', '+123456789012345', '+999123456789'])
      expect(readNumber(number, { strict: true })).toEqual({ number, region: undefined, type: undefined });
    for (const input of ['+1', '+1234567890123456', '+02', '12', '+1 2', '+12 '])
      expect(readNumber(input, { strict: true }), input).toBeUndefined();
    expect(readNumber('+12')).toBeUndefined();
    expect(parseE164('+12', { strict: true })).toBeUndefined();
  });

  it('R21 knows the type of every number that exists, in every country', () => {
    fc.assert(
      fc.property(fc.constantFrom(...countries), fc.stringMatching(/^[1-9]\d{5,9}$/), (country, digits) => {
        const text = `+${getCountryCallingCode(country)}${digits}`;
        expect(readNumber(text)?.type !== undefined).toBe(isValidPhoneNumber(text));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('@IsE164', () => {
  class Invitation {
    @IsE164() phone: unknown;
    @IsE164({ strict: true }) exact: unknown;
  }

  const errorsOf = async (phone: unknown, exact: unknown) => {
    const errors = await validate(Object.assign(new Invitation(), { phone, exact }));
    return errors.flatMap((error) => Object.values(error.constraints ?? {}));
  };

  it('accepts what parseE164 reads', async () => {
    expect(await errorsOf('+1 (202) 555-0123', NUMBER)).toEqual([]);
  });

  it('refuses the rest with a sentence that names the property', async () => {
    expect(await errorsOf('+12025550123;ext=1', '+1 202 555 0123')).toEqual([
      'phone must be a phone number in E.164 form, such as +12025550123',
      'exact must be a phone number in E.164 form, such as +12025550123',
    ]);
  });

  it('refuses a list where one number is wanted', async () => {
    expect(await errorsOf([NUMBER], NUMBER)).toHaveLength(1);
  });
});

describe('e164Schema', () => {
  const { validate: check, version } = e164Schema['~standard'];

  it('is a Standard Schema that gives the canonical number', () => {
    expect(version).toBe(1);
    expect(check('+1 (202) 555-0123')).toEqual({ value: NUMBER });
  });

  it('gives an issue for the rest', () => {
    for (const [, input] of REFUSED)
      expect(check(input)).toEqual({ issues: [{ message: 'Invalid phone number' }] });
  });
});
