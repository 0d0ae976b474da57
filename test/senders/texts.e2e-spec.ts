import type { TestApp } from 'nestjs-phone-auth/testing';
import { PhoneAuthOptionError } from 'nestjs-phone-auth';
import { createTestApp } from 'nestjs-phone-auth/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { api, freshNumber } from '../support/api.js';
import { platforms, startOn } from '../support/platforms.js';

describe.each(platforms)('the text of a message on $name', (platform) => {
  let t: TestApp;

  beforeAll(async () => {
    t = await startOn(platform, {
      options: {
        rateLimit: false,
        messages: {
          appName: 'Acme',
          webOtpDomain: 'app.acme.example',
          locale: ({ phoneNumber }) => (phoneNumber.startsWith('+49') ? 'de-DE' : undefined),
          locales: { de: { signIn: '{appName}: Ihr Code ist {code}. Geben Sie ihn nicht weiter.' } },
        },
      },
    });
  });
  afterAll(() => t.close());

  it('R38, R39 names the application, and ends with the code for the domain of the configuration, whatever Host says', async () => {
    const number = freshNumber();
    await api(t).sendOtp(number, { host: 'evil.example', 'x-forwarded-host': 'evil.example' }).expect(200);
    const [message] = t.inbox.messagesFor(number);
    expect(message?.text).toBe(
      `Acme: your code is ${message?.code}. Do not share it.\n@app.acme.example #${message?.code}`,
    );
  });

  it('R39 is in the language of the person, and holds nothing of the request', async () => {
    await api(t)
      .post(
        '/phone-number/send-otp',
        { phoneNumber: '+4915112345678' },
        {
          'accept-language': 'www.evil.example',
          'user-agent': 'www.evil.example',
        },
      )
      .expect(200);
    const [message] = t.inbox.messagesFor('+4915112345678');
    expect(message?.text).toBe(
      `Acme: Ihr Code ist ${message?.code}. Geben Sie ihn nicht weiter.\n@app.acme.example #${message?.code}`,
    );
  });
});

describe('an application whose text takes two segments', () => {
  it('R37 does not start, and is told which text and why', async () => {
    const start = createTestApp({ options: { messages: { signIn: `{code} ${'я'.repeat(70)}` } } });
    await expect(start).rejects.toThrow(PhoneAuthOptionError);
    await expect(start).rejects.toThrow(/messages\.signIn is 77 units of UCS-2 long and takes 2 segments/);
  });
});
