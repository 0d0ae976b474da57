import { Logger } from '@nestjs/common';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { PhoneAuthOptionError } from '../errors/phone-auth-option.error.js';
import { LiveSettings } from './live-settings.js';
import { resolveConfig } from './resolve-config.js';

const secret = 'the secret of this application, long enough';
const url = 'https://app.example.com/webhooks';

const warn = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
beforeEach(() => warn.mockClear());

/** What a host wrote, right or wrong. */
const resolve = (webhooks: object, env = 'development', more: object = {}) =>
  resolveConfig({ secret, sendOTP: () => undefined, ...more, webhooks }, env);

const refusalOf = (webhooks: object, env?: string): PhoneAuthOptionError => {
  try {
    resolve(webhooks, env);
  } catch (error) {
    if (error instanceof PhoneAuthOptionError) return error;
    throw error;
  }
  throw new Error('the options were accepted');
};

describe('webhooks', () => {
  it('S5.25, S5.31, S5.36 have all events, five seconds and the headers of Neon by default', () => {
    const config = resolve({ url }, 'development', { messages: { appName: 'Acme' } });
    expect(config.webhooks).toMatchObject({
      inUse: true,
      events: ['send.otp', 'phone_number.verified'],
      timeoutSeconds: 5,
      headerPrefix: 'X-Neon-',
      projectName: 'Acme',
    });
    expect(new LiveSettings(config).webhooks).toMatchObject({ enabled: true, url });
  });

  it('S5.31 give a sender as long as three attempts take', () => {
    expect(resolve({ url }).messages.timeout).toBe(16_000);
    expect(resolve({ url }, 'development', { messages: { timeout: 500 } }).messages.timeout).toBe(500);
  });

  it('go nowhere without an address, until somebody says where', () => {
    expect(new LiveSettings(resolve({})).webhooks).toMatchObject({ enabled: false, url: undefined });
  });

  it.each([
    ['url', { url: 'app.example.com' }, 'without a name or password'],
    ['url', { url: 'ftp://app.example.com' }, 'use an address'],
    ['url', { url: 'https://ada:secret@app.example.com' }, 'without a name or password'],
    ['url', { url: 'https://app.example.com/#here' }, 'use an address'],
    ['url', { url: 'http://app.example.com' }, 'use https'],
    ['events', { url, events: [] }, 'use a list'],
    ['events', { url, events: ['send.magic_link'] }, "use a list of 'send.otp', 'phone_number.verified'"],
    ['timeoutSeconds', { url, timeoutSeconds: 0 }, 'from 1 to 10'],
    ['timeoutSeconds', { url, timeoutSeconds: 11 }, 'from 1 to 10'],
    ['timeoutSeconds', { url, timeoutSeconds: 2.5 }, 'a whole number'],
    ['headerPrefix', { url, headerPrefix: 'X Acme:' }, 'use letters'],
    ['allowInsecure', { url, allowInsecure: 'yes' }, 'use true or false'],
    ['secret', { url, secret: 'x' }, 'known here'],
  ])('S5.31, S5.35, S5.36 refuse a wrong %s: %j', (option, webhooks, words) => {
    const refusal = refusalOf(webhooks);
    expect(refusal.option).toBe(`webhooks.${option}`);
    expect(refusal.message).toContain(words);
  });

  it('S5.35 have a switch for development, which warns, and which production refuses unless it is meant', () => {
    expect(resolve({ url: 'http://127.0.0.1:4000', allowInsecure: true }).webhooks.allowInsecure).toBe(true);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('webhooks.allowInsecure'));
    const production = refusalOf({ url, allowInsecure: true }, 'production');
    expect(production.message).toContain("'in-production'");
    const meant = resolve({ url: 'http://receiver', allowInsecure: 'in-production' }, 'production');
    expect(meant.webhooks.allowInsecure).toBe(true);
  });
});
