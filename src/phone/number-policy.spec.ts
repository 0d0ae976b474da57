import { getCountries, getExampleNumber } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/examples.mobile.json' with { type: 'json' };
import { describe, expect, it } from 'vitest';
import type { NumberOptions } from '../options/options.js';
import { resolveConfig } from '../options/resolve-config.js';
import { readNumber } from './e164.js';
import { standingOf, type Standing } from './number-policy.js';

function standing(number: string, numbers: NumberOptions = {}): Standing {
  const facts = readNumber(number);
  if (!facts) throw new Error(`${number} has not the form of a number`);
  return standingOf(facts, resolveConfig({ secret: 'x'.repeat(32), numbers }).numbers);
}

describe('standingOf', () => {
  it.each(getCountries())('R21 an ordinary mobile number of %s is welcome without any option', (country) => {
    expect(standing(getExampleNumber(country, examples)?.number ?? '')).toBe('open');
  });

  it.each<[what: string, number: string, countries: NumberOptions['countries'] & object]>([
    ['Guernsey is not GB', '+447781123456', ['GB']],
    ['Jersey is not GB', '+447797712345', ['GB']],
    ['the Isle of Man is not GB', '+447624123456', ['GB']],
    ['Canada is not US', '+16045550123', ['US']],
    ['Antigua is not US', '+12684641234', ['US']],
    ['Puerto Rico is not US', '+17872345678', ['US']],
    ['Kazakhstan is not RU', '+77012345678', ['RU']],
  ])('R22, A28 %s', (_, number, countries) => {
    expect(standing(number, { countries })).toBe('refused');
    expect(standing(number)).toBe('open');
  });

  it('R22 regions with one calling code are listed one by one', () => {
    const countries = ['GB', 'GG', 'JE', 'IM'] as const;
    for (const number of ['+447400123456', '+447781123456', '+447797712345', '+447624123456'])
      expect(standing(number, { countries }), number).toBe('open');
  });

  it.each([
    '+80012345678',
    '+881612345678',
    '+88213123456',
    '+8835100123456',
    '+870773123456',
    '+979123456789',
  ])('R22, A28 %s belongs to no country and is refused for every choice', (number) => {
    const types = ['MOBILE', 'FIXED_LINE_OR_MOBILE', 'FIXED_LINE', 'VOIP', 'PERSONAL_NUMBER'] as const;
    expect(standing(number, { countries: '*', types })).toBe('refused');
  });

  it.each([
    ['FIXED_LINE', '+442079460123'],
    ['VOIP', '+445612345678'],
    ['PERSONAL_NUMBER', '+447012345678'],
  ] as const)('R21, A28 %s is refused until it is listed', (type, number) => {
    expect(standing(number)).toBe('refused');
    expect(standing(number, { types: [type] })).toBe('open');
    expect(standing('+447400123456', { types: [type] })).toBe('refused');
  });

  it.each([
    ['PREMIUM_RATE', '+19005550123'],
    ['PREMIUM_RATE', '+449012345678'],
    ['TOLL_FREE', '+18005550199'],
    ['PAGER', '+447640123456'],
    ['UAN', '+443069990123'],
  ])('R21, A28 %s is refused whatever is listed', (type, number) => {
    const types = ['MOBILE', 'FIXED_LINE_OR_MOBILE', 'FIXED_LINE', 'VOIP', 'PERSONAL_NUMBER'] as const;
    expect(readNumber(number)?.type).toBe(type);
    expect(standing(number, { types })).toBe('refused');
  });

  it.each(['+22997123456', '+22507123456', '+5215512345678', '+841212345678'])(
    'R20 %s was a number once and is retired',
    (number) => {
      expect(standing(number)).toBe('retired');
      expect(standing(number, { retired: [] })).toBe('refused');
      expect(standing(number, { countries: ['US'] })).toBe('refused');
    },
  );

  it.each(['+2299712345', '+229971234567', '+4917112', '+15551234567', '+447700900123'])(
    'R20 %s is no number, and whoever typed it is told so',
    (number) => expect(standing(number)).toBe('refused'),
  );

  it('R20 a shape says nothing about a number that exists', () => {
    expect(standing('+12025550123', { retired: ['+1##########'] })).toBe('open');
    expect(standing('+19005550123', { retired: ['+1##########'] })).toBe('refused');
  });
});
