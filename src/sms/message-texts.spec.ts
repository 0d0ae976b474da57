import { Logger } from '@nestjs/common';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { PhoneAuthOptionError } from '../errors/phone-auth-option.error.js';
import type { MessageOptions, MessageValues } from '../options/options.js';
import { resolveConfig } from '../options/resolve-config.js';
import { MessageTexts, type TextOrder } from './message-texts.js';

const secret = 'the secret of this application, long enough';
const code = '048213';

const warn = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
beforeEach(() => warn.mockClear());

const texts = (messages: MessageOptions = {}) => new MessageTexts(resolveConfig({ secret, messages }));

const textOf = (messages: MessageOptions, order: Partial<TextOrder> = {}) =>
  texts(messages).render({ purpose: 'sign-in', code, expiresIn: 300, ...order }).text;

function refusalOf(messages: MessageOptions): PhoneAuthOptionError {
  try {
    texts(messages);
  } catch (error) {
    if (error instanceof PhoneAuthOptionError) return error;
    throw error;
  }
  throw new Error('the texts were accepted');
}

describe('the texts of the module', () => {
  it('S4.1, S4.2 are as short as they can be for an application without a name', () => {
    expect(textOf({})).toBe('Your code is 048213');
    expect(textOf({}, { purpose: 'reset-password' })).toBe('Password reset code: 048213');
  });

  it('R39 name the application and say not to share, where it has a name', () => {
    const messages = { appName: 'Acme' };
    expect(textOf(messages)).toBe('Acme: your code is 048213. Do not share it.');
    expect(textOf(messages, { purpose: 'reset-password' })).toBe(
      'Acme: your password reset code is 048213. Do not share it.',
    );
    expect(resolveConfig({ secret, messages }).messages.numberChanged).toContain('your Acme account');
  });
});

describe('a template', () => {
  it('S4.2 is filled with code, minutes and name, as often as it asks', () => {
    const signIn = '{code} for {appName}. {minutes} min: {code}';
    expect(textOf({ appName: 'Acme', signIn })).toBe('048213 for Acme. 5 min: 048213');
  });

  it('S4.2 may be a function of them', () => {
    const signIn = ({ code: digits, minutes, appName, expiresIn }: MessageValues) =>
      `${digits} ${minutes} ${appName} ${expiresIn}`;
    expect(textOf({ appName: 'Acme', signIn })).toBe('048213 5 Acme 300');
  });

  it('S4.2 says how long the code is good for that is sent, which may have been sent before', () => {
    const signIn = '{code}, {minutes} min';
    const textFor = (expiresIn: number) => textOf({ signIn }, { expiresIn });
    expect([600, 299, 60, 30].map(textFor)).toEqual(['10', '4', '1', '1'].map((min) => `048213, ${min} min`));
  });

  it('R39 is filled once: a name that looks like a placeholder stays what it is', () => {
    expect(textOf({ appName: '$&', signIn: '{appName} {code}' })).toBe('$& 048213');
  });

  it('hands its values on, for providers that hold the text themselves', () => {
    const { values } = texts({ appName: 'Acme' }).render({ purpose: 'sign-in', code, expiresIn: 300 });
    expect(values).toEqual({ code, minutes: '5', appName: 'Acme' });
  });
});

describe('a language', () => {
  const messages: MessageOptions = {
    signIn: 'Code {code}',
    locales: {
      de: { signIn: 'Ihr Code: {code}', resetPassword: 'Neues Kennwort: {code}' },
      'de-AT': { signIn: 'Dein Code: {code}' },
      'zh-Hant': { signIn: '{code} 驗證碼' },
    },
  };

  it.each([
    ['de', 'Ihr Code: 048213'],
    ['de-AT', 'Dein Code: 048213'],
    ['DE-at', 'Dein Code: 048213'],
    ['de_AT', 'Dein Code: 048213'],
    ['de-CH', 'Ihr Code: 048213'],
    ['zh-Hant-TW', '048213 驗證碼'],
    ['zh', 'Code 048213'],
    ['fr', 'Code 048213'],
    [undefined, 'Code 048213'],
  ])('is the exact one, else the one without region, else the default: %s', (locale, expected) => {
    expect(textOf(messages, { locale })).toBe(expected);
  });

  it('that lacks one text has the next one’s', () => {
    expect(textOf(messages, { locale: 'de-AT', purpose: 'reset-password' })).toBe('Neues Kennwort: 048213');
    expect(textOf(messages, { locale: 'zh-Hant', purpose: 'reset-password' })).toBe(
      'Password reset code: 048213',
    );
  });

  it.each(['__proto__', 'constructor', 'toString', '{code}', 'de\nwww.evil.example', '-'.repeat(1_000)])(
    'R39 that a stranger made up chooses nothing and is written nowhere: %j',
    (locale) => {
      expect(textOf(messages, { locale })).toMatch(/^(Code|Ihr Code:) 048213$/);
    },
  );
});

describe('the lines that machines read', () => {
  const androidAppHash = 'FA+9qCX9VSu';

  it('R38 the last one binds the code to the domain, and ends with the code', () => {
    expect(textOf({ webOtpDomain: 'app.example.com' })).toBe('Your code is 048213\n@app.example.com #048213');
  });

  it('R38 it is the last one whatever the template ends with, and whatever else there is', () => {
    const messages = { signIn: '{code}\n\n ', webOtpDomain: 'app.example.com', androidAppHash };
    expect(textOf(messages)).toBe(`048213\n${androidAppHash}\n@app.example.com #048213`);
  });

  it('R37 the hash of the Android app ends a text without a domain', () => {
    expect(textOf({ androidAppHash })).toBe(`Your code is 048213\n${androidAppHash}`);
  });

  it.each(['voice', 'whatsapp'] as const)('R38 are left out where no machine reads them: %s', (channel) => {
    expect(textOf({ webOtpDomain: 'app.example.com', androidAppHash }, { channel })).toBe(
      'Your code is 048213',
    );
  });
});

describe('at boot', () => {
  const long = `{code} ${'a'.repeat(160)}`;

  it.each([
    ['messages.signIn', { signIn: long }],
    ['messages.resetPassword', { resetPassword: () => long.replace('{code}', '7777777') }],
    ['messages.locales.de.signIn', { locales: { de: { signIn: long } } }],
    ['messages.numberChanged', { numberChanged: long.replace('{code}', '') }],
  ])('R37 a text that takes two segments is refused: %s', (option, messages) => {
    expect(refusalOf(messages)).toMatchObject({
      option,
      message: expect.stringMatching(/is 16\d septets long and takes 2 segments: use at most 160/),
    });
  });

  it('R37 it is measured as it is sent: with the lines at its end', () => {
    const signIn = `{code} ${'a'.repeat(140)}`;
    expect(() => texts({ signIn })).not.toThrow();
    expect(refusalOf({ signIn, webOtpDomain: 'app.example.com' }).option).toBe('messages.signIn');
  });

  it('R37 it is measured with the longest code', () => {
    const signIn = `{code}${'a'.repeat(150)}`;
    const of = (otpLength: number) =>
      new MessageTexts(resolveConfig({ secret, otpLength, messages: { signIn } }));
    expect(() => of(10)).not.toThrow();
    expect(() => texts({ signIn: `${signIn}aaaaa` })).toThrow(PhoneAuthOptionError);
  });

  it('R37, S5.12 it is measured with the longest lifetime that an operator may set', () => {
    const signIn = ({ code: digits, minutes }: MessageValues) => `${digits} ${minutes} ${'a'.repeat(151)}`;
    const admin = { apiKeys: ['an-operator-key-of-thirty-two-characters'] };
    expect(() => texts({ signIn })).not.toThrow();
    expect(() => new MessageTexts(resolveConfig({ secret, admin, messages: { signIn } }))).toThrow(
      /161 septets/,
    );
  });

  it('R37 extension characters count two, and one character outside the alphabet leaves room for 70', () => {
    expect(refusalOf({ signIn: `{code}${'€'.repeat(78)}` }).message).toContain('162 septets');
    expect(refusalOf({ signIn: `{code}${'я'.repeat(65)}` }).message).toContain(
      '71 units of UCS-2 long and takes 2 segments: use at most 70',
    );
  });

  it("R37 multiSegment: 'warn' starts all the same, and says so", () => {
    expect(() => texts({ signIn: long, multiSegment: 'warn' })).not.toThrow();
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      expect.stringContaining('messages.signIn is 167 septets long'),
    );
  });

  it('R37 with the hash of an Android app, a text has 140 bytes', () => {
    const androidAppHash = 'FA+9qCX9VSu';
    const fits = `{code}${'a'.repeat(122)}`;
    expect(() => texts({ androidAppHash, signIn: fits })).not.toThrow();
    expect(refusalOf({ androidAppHash, signIn: `${fits}a` }).message).toContain(
      '141 bytes long with its last lines',
    );
    expect(refusalOf({ androidAppHash, signIn: `{code}${'ä'.repeat(62)}` }).message).toContain(
      '142 bytes long',
    );
  });

  it.each([
    ['{name}', { signIn: 'Hello {name}, {code}' }],
    ['{locale}', { locales: { de: { signIn: '{code} {locale}' } } }],
    ['{appName}', { signIn: '{appName}: {code}' }],
    ['{code}', { numberChanged: 'Your number was changed {code}' }],
  ])('R39 a placeholder that nothing fills is refused: %s', (placeholder, messages) => {
    expect(refusalOf(messages).message).toContain(`is a text with ${placeholder}: `);
  });

  it.each([
    { signIn: 'https://acme.example {code}' },
    { resetPassword: '{code} at WWW.acme.example' },
    { signIn: ({ code: digits }: { code: string }) => `http://acme.example/?c=${digits}` },
    { numberChanged: 'See https://acme.example' },
  ])('R39 a link is refused: %o', (messages) => {
    expect(refusalOf(messages).message).toContain('is a text with a link');
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('7777777');
      },
      'a function that returns no text',
    ],
    ['returns nothing', () => undefined, 'a function that returns no text'],
    ['forgets the code', () => 'Hello', 'a text without the code'],
  ])('a function that %s is refused', (_, signIn, words) => {
    expect(refusalOf({ signIn } as MessageOptions)).toMatchObject({
      option: 'messages.signIn',
      message: expect.stringContaining(words),
    });
  });
});
