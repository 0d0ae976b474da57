import { describe, expect, it } from 'vitest';
import { TwilioReceipts } from './twilio-receipts.js';

/** The worked example of https://www.twilio.com/docs/usage/security#validating-requests */
const example = {
  url: 'https://mycompany.com/myapp.php?foo=1&bar=2',
  headers: { 'x-twilio-signature': '0/KCTR6DLpKmkAf8muzZqo1nDgQ=' },
  body: {
    CallSid: 'CA1234567890ABCDE',
    Caller: '+12349013030',
    Digits: '1234',
    From: '+12349013030',
    To: '+18005551212',
  },
};
const forged = expect.objectContaining({ code: 'INVALID_RECEIPT' });

describe('the receipts of Twilio', () => {
  it('takes the signature of the manual, and finds nothing in it that matters', () => {
    expect(new TwilioReceipts({ authToken: '12345' }).read(example)).toBeNull();
  });

  it('takes what is signed with the auth token that is being replaced', () => {
    expect(new TwilioReceipts({ authToken: ['new', '12345'] }).read(example)).toBeNull();
  });

  it.each([
    ['another token', { authToken: '12346' }, example],
    ['another address', { authToken: '12345' }, { ...example, url: 'https://mycompany.com/myapp.php?foo=1' }],
    ['another field', { authToken: '12345' }, { ...example, body: { ...example.body, Digits: '1235' } }],
    ['no signature', { authToken: '12345' }, { ...example, headers: {} }],
    ['no body', { authToken: '12345' }, { ...example, body: undefined }],
    ['no address', { authToken: '12345' }, { ...example, url: undefined }],
  ])('refuses %s', (_, options, request) => {
    expect(() => new TwilioReceipts(options).read(request)).toThrow(forged);
  });

  it('has an address of its own, where a proxy changes the one that was called', () => {
    const { url, ...rest } = example;
    const receipts = new TwilioReceipts({ authToken: '12345', url });
    expect(receipts.read({ ...rest, url: 'https://inside.example/receipts' })).toBeNull();
  });

  it.each([
    [{ authToken: '' }, 'TwilioReceipts.authToken'],
    [{ authToken: [] }, 'TwilioReceipts.authToken'],
  ])('S2.26 refuses %o at once', (options, option) => {
    expect(() => new TwilioReceipts(options)).toThrow(expect.objectContaining({ option }));
  });

  it('S2.26 wants to know the address while the application starts', () => {
    const receipts = new TwilioReceipts({ authToken: '12345' });
    expect(() => receipts.checkSetup(undefined)).toThrow(expect.objectContaining({ option: 'baseURL' }));
    expect(() => receipts.checkSetup('https://app.example')).not.toThrow();
  });
});
