import twilio from 'twilio';
import { describe, expect, it } from 'vitest';
import { PhoneAuthOptionError } from '../errors/phone-auth-option.error.js';
import type { TwilioSmsSenderOptions } from './twilio-options.js';
import { TwilioSmsSender } from './twilio-sms-sender.js';

const accountSid = `AC${'1'.repeat(32)}`;
const authToken = 'token-of-the-account';
const apiKey = `SK${'2'.repeat(32)}`;
const apiSecret = 'secret-of-the-key';
const messagingServiceSid = `MG${'3'.repeat(32)}`;
const from = '+12025550100';
const client = twilio(accountSid, authToken);

const right = { accountSid, authToken, from };

describe('TwilioSmsSender takes', () => {
  const cases: [what: string, options: TwilioSmsSenderOptions][] = [
    ['an auth token', right],
    ['an API key', { accountSid, apiKey, apiSecret, from }],
    ['a client', { client, from }],
    ['a Messaging Service', { accountSid, authToken, messagingServiceSid }],
    ['a short code', { ...right, from: '12345' }],
    ['a sender name', { ...right, from: 'Acme & Co' }],
    ['a status callback with a password', { ...right, statusCallback: 'https://u:p@app.example.com/twilio' }],
    ['variables that are not set', { ...right, apiKey: undefined, client: undefined, apiURL: undefined }],
  ];

  it.each(cases)('%s', (_, options) => {
    expect(() => new TwilioSmsSender(options)).not.toThrow();
  });
});

describe('TwilioSmsSender refuses', () => {
  const cases: [what: string, options: object, option: string][] = [
    ['no credentials', { from }, 'accountSid'],
    ['an account without a secret', { accountSid, from }, 'authToken'],
    ['an empty token', { ...right, authToken: '' }, 'authToken'],
    ['a token with a blank at its end', { ...right, authToken: `${authToken} ` }, 'authToken'],
    ['an account that is an API key', { ...right, accountSid: apiKey }, 'accountSid'],
    ['a cut account', { ...right, accountSid: accountSid.slice(0, -1) }, 'accountSid'],
    ['a key without its secret', { accountSid, apiKey, from }, 'apiSecret'],
    ['a secret without its key', { accountSid, apiSecret, from }, 'apiKey'],
    ['a key without an account', { apiKey, apiSecret, from }, 'accountSid'],
    ['a token beside a key', { ...right, apiKey, apiSecret }, 'authToken'],
    ['a client that is none', { client: {}, from }, 'client'],
    ['credentials beside a client', { client, ...right }, 'accountSid'],
    ['an address beside a client', { client, from, apiURL: 'http://127.0.0.1' }, 'apiURL'],
    ['no sender', { accountSid, authToken }, 'from'],
    ['two senders', { ...right, messagingServiceSid }, 'messagingServiceSid'],
    ['a number without +', { ...right, from: '12025550100' }, 'from'],
    ['a name that is too long', { ...right, from: 'Acme and Sons' }, 'from'],
    [
      'a service that is an account',
      { accountSid, authToken, messagingServiceSid: accountSid },
      'messagingServiceSid',
    ],
    ['a callback that is a path', { ...right, statusCallback: '/twilio' }, 'statusCallback'],
    ['an address that is none', { ...right, apiURL: 'localhost:4010' }, 'apiURL'],
    [
      'a template of another kind',
      { ...right, whatsapp: { from, contentSid: 'HX1' } },
      'whatsapp.contentSid',
    ],
    ['WhatsApp from nowhere', { ...right, whatsapp: {} }, 'whatsapp.from'],
    ['calls from a name', { ...right, voice: { from: 'Acme' } }, 'voice.from'],
    ['what it does not know', { ...right, sender: from }, 'sender'],
  ];

  it.each(cases)('%s, naming the option', (_, options, option) => {
    const construct = () => new TwilioSmsSender(options);
    expect(construct).toThrow(PhoneAuthOptionError);
    expect(construct).toThrow(expect.objectContaining({ option: `TwilioSmsSender.${option}` }));
  });

  it('credentials without printing them', () => {
    const secret = 'not a token';
    const wrong = [
      { ...right, authToken: secret },
      { accountSid, apiKey, apiSecret: secret, from },
      { ...right, statusCallback: secret },
    ];
    for (const options of wrong) {
      expect(() => new TwilioSmsSender(options)).toThrow(/is 11 characters long: use/);
      expect(() => new TwilioSmsSender(options)).not.toThrow(new RegExp(secret));
    }
  });
});
