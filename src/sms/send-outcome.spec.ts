import { describe, expect, it } from 'vitest';
import { acceptedUnlessSaid, failedSend } from './send-outcome.js';
import { SmsSendError } from './sms-send-error.js';

const systemError = (code: string) => Object.assign(new Error(`connect ${code} 127.0.0.1:4010`), { code });

describe('what a sender returns', () => {
  it.each([
    ['nothing', undefined],
    ["an answer of an SDK, whose status is the provider's own", { sid: 'SM1', status: 'queued' }],
    ['an answer of an HTTP client', { status: 400 }],
    ['no', false],
  ])('%s is a message that was accepted', (_, answer) => {
    expect(acceptedUnlessSaid(answer)).toEqual({ status: 'accepted' });
  });

  it.each(['accepted', 'rejected', 'unknown'] as const)('a result is taken as it is: %s', (status) => {
    const result = { status, reference: 'm-1', price: { amount: 0.01, currency: 'EUR' } };
    expect(acceptedUnlessSaid(result)).toBe(result);
  });
});

describe('what a sender throws', () => {
  it('says itself whether the message was rejected, and whose fault it was', () => {
    expect(failedSend(new SmsSendError('rejected', 'Acme answered 400', 'number'))).toEqual({
      status: 'rejected',
      reason: 'Acme answered 400',
      fault: 'number',
      answered: false,
    });
    expect(failedSend(new SmsSendError('unknown', 'Acme broke off'))).toMatchObject({
      status: 'unknown',
      fault: 'provider',
    });
  });

  it.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'])(
    'A34 is a rejection where there was no connection: %s',
    (code) => {
      const error = systemError(code);
      expect(failedSend(error).status).toBe('rejected');
      expect(failedSend(new TypeError('fetch failed', { cause: error })).status).toBe('rejected');
      const both = new TypeError('fetch failed', { cause: new AggregateError([error, error]) });
      expect(failedSend(both).status).toBe('rejected');
    },
  );

  it.each([
    ['a connection that broke', systemError('ECONNRESET')],
    ['a time-out', systemError('ETIMEDOUT')],
    ['an error of no kind', new Error('no credit')],
    ['a text', 'no credit'],
    ['nothing', undefined],
    ['an error that holds itself', selfish()],
  ])('A34 says nothing about the message where it is %s', (_, cause) => {
    expect(failedSend(cause).status).toBe('unknown');
  });
});

function selfish(): Error {
  const error: Error & { cause?: unknown } = new Error('again');
  error.cause = error;
  return error;
}
