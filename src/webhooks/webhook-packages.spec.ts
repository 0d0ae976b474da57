import { describe, expect, it } from 'vitest';
import { PhoneAuthOptionError } from '../errors/phone-auth-option.error.js';
import { installed, WebhookPackages } from './webhook-packages.js';

describe('what webhooks need', () => {
  it('is loaded once', async () => {
    const packages = new WebhookPackages();
    expect(await packages.load()).toBe(await packages.load());
  });

  it('is named where it is missing, with what to do', async () => {
    const cause = new Error("Cannot find package 'undici'");
    const missing = await installed('undici', () => Promise.reject(cause)).catch((error: unknown) => error);
    expect(missing).toBeInstanceOf(PhoneAuthOptionError);
    expect(missing).toMatchObject({ option: 'webhooks', cause });
    expect(String(missing)).toContain('npm install undici');
  });
});
