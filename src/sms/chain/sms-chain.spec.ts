import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PhoneAuthOptionError } from '../../errors/phone-auth-option.error.js';
import { TestClock } from 'nestjs-phone-auth/testing';
import type { SendResult } from '../send-result.js';
import { SmsSendError } from '../sms-send-error.js';
import { type SmsMessage, SmsSender } from '../sms-sender.js';
import { SmsChain } from './sms-chain.js';
import type { SmsChainOptions } from './chain-options.js';

const warn = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);

const message: SmsMessage = {
  phoneNumber: '+12025550123',
  text: 'Your code is 048213',
  code: '048213',
  purpose: 'sign-in',
  userId: undefined,
  expiresIn: 300,
  timeLimit: 10_000,
  signal: new AbortController().signal,
};

type Behaviour = (message: SmsMessage) => Promise<SendResult | void>;

/** A provider whose answers a test chooses. */
class Provider extends SmsSender {
  readonly messages: SmsMessage[] = [];
  constructor(public behaviour: Behaviour = accepts) {
    super();
  }
  override send(asked: SmsMessage): Promise<SendResult | void> {
    this.messages.push(asked);
    return this.behaviour(asked);
  }
}

const accepts: Behaviour = () => Promise.resolve();
const fails =
  (error: Error): Behaviour =>
  () =>
    Promise.reject(error);
const outage = fails(new SmsSendError('rejected', 'answered 500'));
const hangs: Behaviour = ({ signal }) =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new SmsSendError('unknown', 'no answer in time')));
  });

let a: Provider;
let b: Provider;
let c: Provider;
let clock: TestClock;
beforeEach(() => {
  [a, b, c] = [new Provider(), new Provider(), new Provider()];
  clock = new TestClock();
  warn.mockClear();
});
afterEach(() => vi.useRealTimers());

type Names = 'a' | 'b' | 'c';
const chain = (options: Partial<SmsChainOptions<Names>> = {}) =>
  new SmsChain<Names>({ senders: { a, b, c }, clock, ...options });

/** How many messages each provider was given. */
const asked = () => [a, b, c].map(({ messages }) => messages.length);

const endOf = (sending: Promise<SendResult>) => sending.catch((error: unknown) => error);

describe('a message that was asked for before', () => {
  it('goes to those alone that have not been asked', async () => {
    expect(chain({ routes: { US: ['c', 'a'] } }).providersFor(message.phoneNumber)).toEqual(['c', 'a']);
    expect(chain({ order: [{ a: 1, b: 0 }, 'c'] }).providersFor('+33612345678')).toEqual(['a', 'b', 'c']);
    await chain().send({ ...message, tried: ['a', 'b'] });
    expect(asked()).toEqual([0, 0, 1]);
  });

  it('is rejected where nobody is left', async () => {
    const end = await endOf(chain().send({ ...message, tried: ['a', 'b', 'c'] }));
    expect(end).toMatchObject({ status: 'rejected', message: 'every provider has had the message' });
    expect(asked()).toEqual([0, 0, 0]);
  });
});

describe('failover', () => {
  it('A34 asks nobody else where the first one accepts', async () => {
    a.behaviour = () => Promise.resolve({ status: 'accepted', reference: 'm-1' });
    expect(await chain().send(message)).toEqual({
      status: 'accepted',
      reference: 'm-1',
      provider: 'a',
      tried: ['a'],
    });
    expect(asked()).toEqual([1, 0, 0]);
  });

  it.each([
    ['is out of order', outage],
    ['refuses the message', fails(new SmsSendError('rejected', 'not to this country', 'message'))],
    ['cannot be reached', fails(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }))],
    ['says so without throwing', () => Promise.resolve<SendResult>({ status: 'rejected' })],
  ])('A34 goes on where the first one %s: nothing was accepted', async (_, behaviour) => {
    a.behaviour = behaviour;
    expect(await chain().send(message)).toEqual({ status: 'accepted', provider: 'b', tried: ['a', 'b'] });
    expect(asked()).toEqual([1, 1, 0]);
  });

  it('A34 ends at a number that nobody can reach', async () => {
    a.behaviour = fails(new SmsSendError('rejected', 'no such number', 'number'));
    expect(await endOf(chain().send(message))).toMatchObject({ status: 'rejected', fault: 'number' });
    expect(asked()).toEqual([1, 0, 0]);
  });

  it.each([
    ['breaks off', fails(new SmsSendError('unknown', 'ECONNRESET'))],
    ['throws what says nothing', fails(new Error('oh'))],
    ['says so without throwing', () => Promise.resolve<SendResult>({ status: 'unknown' })],
  ])(
    'A34, R35 ends where the first one %s: it may have the message, and nobody pays twice',
    async (_, behaviour) => {
      a.behaviour = behaviour;
      expect(await endOf(chain().send(message))).toMatchObject({ status: 'unknown' });
      expect(asked()).toEqual([1, 0, 0]);
    },
  );

  it("R35 goes on even then with afterUnknown: 'failover'", async () => {
    a.behaviour = fails(new SmsSendError('unknown', 'ECONNRESET'));
    expect(await chain({ afterUnknown: 'failover' }).send(message)).toMatchObject({ provider: 'b' });
  });

  it('tells of all of them where none accepts', async () => {
    for (const provider of [a, b, c]) provider.behaviour = outage;
    const end = await endOf(chain().send(message));
    expect(end).toBeInstanceOf(SmsSendError);
    expect(end).toMatchObject({
      status: 'rejected',
      fault: 'provider',
      message: 'a: answered 500; b: answered 500; c: answered 500',
    });
  });

  it('R62 logs who failed and why, without number and code', async () => {
    a.behaviour = fails(new SmsSendError('rejected', 'cannot send 048213 to +12025550123'));
    await chain().send(message);
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      'SMS provider a failed (rejected): cannot send ****** to [number]',
    );
  });

  it('hands the whole message on, each time with the key of the one message', async () => {
    a.behaviour = outage;
    await chain().send({ ...message, idempotencyKey: 'code-1', locale: 'de' });
    for (const { messages } of [a, b]) {
      expect(messages[0]).toMatchObject({
        phoneNumber: '+12025550123',
        idempotencyKey: 'code-1',
        locale: 'de',
      });
    }
  });
});

describe('the budget of time', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  it('A34 is shared: one that hangs has a third, is cut, and the next one is asked', async () => {
    a.behaviour = hangs;
    const sending = chain().send(message);
    await vi.advanceTimersByTimeAsync(2_999);
    expect(asked()).toEqual([1, 0, 0]);
    await vi.advanceTimersByTimeAsync(2);
    expect(a.messages[0]?.signal.aborted).toBe(true);
    expect(await sending).toMatchObject({ status: 'accepted', provider: 'b' });
  });

  it('A34 what one does not use is for the others', async () => {
    a.behaviour = outage;
    b.behaviour = hangs;
    const sending = chain().send(message);
    await vi.advanceTimersByTimeAsync(4_499);
    expect(asked()).toEqual([1, 1, 0]);
    await vi.advanceTimersByTimeAsync(2);
    expect(await sending).toMatchObject({ provider: 'c' });
  });

  it('A34 ends before the time limit around it', async () => {
    for (const provider of [a, b, c]) provider.behaviour = hangs;
    const end = endOf(chain().send(message));
    await vi.advanceTimersByTimeAsync(9_050);
    expect(await end).toMatchObject({ status: 'unknown' });
    expect(asked()).toEqual([1, 1, 1]);
  });

  it('A34 ends what does not listen to its signal', async () => {
    a.behaviour = () => new Promise(() => undefined);
    const sending = chain().send(message);
    await vi.advanceTimersByTimeAsync(3_001);
    expect(await sending).toMatchObject({ provider: 'b' });
  });

  it('is the one of the options, where that is shorter', async () => {
    a.behaviour = hangs;
    const sending = chain({ budget: 300 }).send(message);
    await vi.advanceTimersByTimeAsync(101);
    expect(await sending).toMatchObject({ provider: 'b' });
    expect(a.messages[0]?.timeLimit).toBeCloseTo(100, 0);
  });

  it("R35 afterTimeout: 'stop' ends with the one that hangs", async () => {
    a.behaviour = hangs;
    const end = endOf(chain({ afterTimeout: 'stop' }).send(message));
    await vi.advanceTimersByTimeAsync(3_001);
    expect(await end).toMatchObject({ status: 'unknown' });
    expect(asked()).toEqual([1, 0, 0]);
  });

  it('A34 an answer that has begun is no silence: nobody pays twice', async () => {
    a.behaviour = ({ signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () =>
          reject(new SmsSendError('unknown', 'half an answer', 'provider', true)),
        );
      });
    const end = endOf(chain().send(message));
    await vi.advanceTimersByTimeAsync(3_001);
    expect(await end).toMatchObject({ status: 'unknown', answered: true });
    expect(asked()).toEqual([1, 0, 0]);
  });

  it('A34 a message that was accepted in the last moment is accepted', async () => {
    a.behaviour = ({ signal }) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve());
      });
    const sending = chain().send(message);
    await vi.advanceTimersByTimeAsync(3_001);
    expect(await sending).toMatchObject({ provider: 'a' });
    expect(asked()).toEqual([1, 0, 0]);
  });

  it('A34 nobody is asked any more once the caller has given up', async () => {
    a.behaviour = hangs;
    const caller = new AbortController();
    const end = endOf(chain().send({ ...message, signal: caller.signal }));
    await vi.advanceTimersByTimeAsync(10);
    caller.abort();
    await vi.advanceTimersByTimeAsync(1);
    expect(await end).toMatchObject({ status: 'unknown' });
    expect(asked()).toEqual([1, 0, 0]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a route', () => {
  it('is the one of the country, else the order', async () => {
    const routed = chain({ order: ['b', 'a'], routes: { DE: ['c'] } });
    await routed.send({ ...message, phoneNumber: '+4915112345678' });
    expect(asked()).toEqual([0, 0, 1]);
    await routed.send(message);
    expect(asked()).toEqual([0, 1, 1]);
  });

  it('tells countries with one calling code apart', async () => {
    const routed = chain({ order: ['a'], routes: { CA: ['c'] } });
    await routed.send({ ...message, phoneNumber: '+16045550123' });
    await routed.send(message);
    expect(asked()).toEqual([1, 0, 1]);
  });

  it.each([
    [0, [1, 0, 0]],
    [0.79, [1, 0, 0]],
    [0.81, [0, 1, 0]],
    [0.999, [0, 1, 0]],
  ])('draws by share: %d', async (drawn, expected) => {
    await chain({ order: [{ a: 80, b: 20 }, 'c'], random: () => drawn }).send(message);
    expect(asked()).toEqual(expected);
  });

  it('A34 goes on to the others of a drawing before the next step', async () => {
    a.behaviour = outage;
    b.behaviour = outage;
    await chain({ order: [{ a: 80, b: 20 }, 'c'], random: () => 0.9 }).send(message);
    expect(asked()).toEqual([1, 1, 1]);
  });

  it('a share of 0 is for when the others fail', async () => {
    await chain({ order: [{ a: 0, b: 1 }], random: () => 0 }).send(message);
    expect(asked()).toEqual([0, 1, 0]);
  });
});

describe('circuits', () => {
  const failing = async (sms: SmsChain<Names>, times: number) => {
    for (let time = 0; time < times; time++) await endOf(sms.send(message));
  };

  it('A34 a provider that fails five times in a row is passed over, and asked again after half a minute', async () => {
    const sms = chain();
    a.behaviour = outage;
    await failing(sms, 5);
    expect(warn).toHaveBeenCalledWith('SMS provider a is passed over for a while');
    await failing(sms, 3);
    expect(asked()).toEqual([5, 8, 0]);

    a.behaviour = accepts;
    clock.advance({ seconds: 30 });
    await sms.send(message);
    await sms.send(message);
    expect(asked()).toEqual([7, 8, 0]);
  });

  it('A34 while one message is out to see, the others take the next provider', async () => {
    const sms = chain();
    a.behaviour = outage;
    await failing(sms, 5);
    clock.advance({ seconds: 30 });
    let answer: () => void;
    a.behaviour = () => new Promise((resolve) => (answer = () => resolve()));
    const probe = sms.send(message);
    await sms.send(message);
    expect(asked()).toEqual([6, 6, 0]);
    answer!();
    expect(await probe).toMatchObject({ provider: 'a' });
  });

  it('A34 who refuses numbers and messages is well: strangers cannot switch a provider off', async () => {
    const sms = chain();
    a.behaviour = fails(new SmsSendError('rejected', 'no such number', 'number'));
    await failing(sms, 10);
    a.behaviour = fails(new SmsSendError('rejected', 'not to this country', 'message'));
    await failing(sms, 10);
    expect(asked()[0]).toBe(20);
  });

  it('A34 where all are passed over, all are asked: somebody has to be', async () => {
    const sms = chain({ breaker: { failures: 1 } });
    for (const provider of [a, b, c]) provider.behaviour = outage;
    await failing(sms, 1);
    c.behaviour = accepts;
    expect(await sms.send(message)).toMatchObject({ provider: 'c' });
    expect(asked()).toEqual([2, 2, 2]);
  });

  it('are left closed by breaker: false', async () => {
    const sms = chain({ breaker: false });
    a.behaviour = outage;
    await failing(sms, 20);
    expect(asked()[0]).toBe(20);
  });
});

describe('notices', () => {
  const notice = {
    phoneNumber: '+12025550123',
    text: 'Your number was changed',
    userId: 'ada',
    signal: message.signal,
  };

  it('R48 go to the first that sends notices', async () => {
    const notify = vi.fn<SmsSender['notify']>().mockResolvedValue(undefined);
    b.notify = notify;
    expect(await chain().notify(notice)).toEqual({ status: 'accepted', provider: 'b', tried: ['b'] });
    expect(notify).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ text: notice.text }));
  });

  it('R48 go nowhere where nobody sends any', async () => {
    expect(await chain().notify(notice)).toBeUndefined();
  });
});

describe('SmsChain refuses', () => {
  it.each([
    ['senders', { senders: {} }],
    ['senders.a', { senders: { a: {} } }],
    ['order', { order: [] }],
    ['order', { order: ['d'] }],
    ['order', { order: ['a', { a: 1 }] }],
    ['order.a', { order: [{ a: -1 }] }],
    ['routes.Germany', { routes: { Germany: ['a'] } }],
    ['routes.DE', { routes: { DE: 'a' } }],
    ['routes.DE', { routes: { DE: ['d'] } }],
    ['budget', { budget: 5 }],
    ['afterTimeout', { afterTimeout: 'retry' }],
    ['afterUnknown', { afterUnknown: true }],
    ['breaker.failures', { breaker: { failures: 0 } }],
    ['random', { random: 0.5 }],
    ['retries', { retries: 3 }],
  ])('a wrong %s, naming it: %j', (option, wrong) => {
    const make = () => chain(wrong as object);
    expect(make).toThrow(PhoneAuthOptionError);
    expect(make).toThrow(expect.objectContaining({ option: `SmsChain.${option}` }));
  });
});
