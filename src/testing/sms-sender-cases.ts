import { inspect } from 'node:util';
import { acceptedUnlessSaid, failedSend } from '../sms/send-outcome.js';
import type { SendResult } from '../sms/send-result.js';
import type { SmsMessage, SmsSender } from '../sms/sms-sender.js';
import { FakeSmsProvider, type ProviderMood } from './fake-sms-provider.js';

/**
 * A sender, and the provider that it talks to.
 *
 * @publicApi
 */
export interface SmsSenderSubject {
  readonly provider: FakeSmsProvider;
  /** A sender that sends to this address in place of the real one. */
  readonly makeSender: (url: string) => SmsSender;
  /** What else must be in no error: passwords and keys. */
  readonly secrets?: readonly string[];
  /** What the message is besides, such as its channel. */
  readonly message?: Partial<SmsMessage>;
  /** `false` where the provider makes the code itself. @default true */
  readonly sendsCode?: boolean;
}

/** @publicApi */
export interface SmsSenderCase {
  /** What holds. */
  readonly name: string;
  /** @throws Error in words, where it does not hold */
  readonly check: (subject: SmsSenderSubject) => Promise<void>;
}

const PATIENCE = 3_000;

const MESSAGE: SmsMessage = {
  phoneNumber: '+12025550123',
  text: 'Your code is 048213',
  code: '048213',
  values: { code: '048213', minutes: '5' },
  purpose: 'sign-in',
  channel: 'sms',
  userId: 'user-1',
  expiresIn: 300,
  idempotencyKey: '6a1f2c3e-0000-4000-8000-000000000000',
  timeLimit: 10_000,
  signal: new AbortController().signal,
};

/**
 * What every sender keeps to, ours and yours: it says `accepted`, `rejected` and `unknown` where they are true, sends
 * once, ends when its time is over, and tells no secret. The cases need no test runner: they throw.
 *
 * @example
 * ```ts
 * // Vitest, Jest and node:test alike
 * describe('AcmeSmsSender', () => {
 *   let provider: FakeSmsProvider;
 *   beforeAll(async () => (provider = await FakeSmsProvider.start({
 *     accepts: () => ({ status: 202, body: { id: 'm-1' } }),
 *     refuses: () => ({ status: 400, body: { error: 'no such number' } }),
 *   })));
 *   afterAll(() => provider.close());
 *
 *   for (const { name, check } of smsSenderCases) {
 *     it(name, () =>
 *       check({ provider, makeSender: (url) => new AcmeSmsSender({ url, key: 'k-1' }), secrets: ['k-1'] }),
 *     );
 *   }
 * });
 * ```
 * @publicApi
 */
export const smsSenderCases: readonly SmsSenderCase[] = [
  {
    name: 'a message that the provider takes is accepted, and held number and code',
    check: async (subject) => {
      const { status } = await sent(subject, 'accept');
      demand(status === 'accepted', `the provider took the message, and the sender says ${status}`);
      const [request] = subject.provider.requests;
      const all = decodeURIComponent(`${inspect(request?.query)} ${request?.body.replaceAll('+', ' ')}`);
      demand(all.includes(MESSAGE.phoneNumber.slice(1)), 'the number is not in the request');
      const code = new RegExp(MESSAGE.code.split('').join('\\D{0,5}'));
      demand(subject.sendsCode === false || code.test(all), 'the code is not in the request');
    },
  },
  ends('a message that the provider refuses is rejected', 'refuse', ['rejected']),
  ends('a message to a provider out of order is rejected', 'outage', ['rejected']),
  ends('a connection that breaks before the answer leaves it unknown', 'break', ['unknown']),
  ends('an answer that breaks off is no rejection', 'cut', ['accepted', 'unknown']),
  ends('an answer that cannot be read is no rejection', 'garble', ['accepted', 'unknown']),
  {
    name: 'a message to a provider that does not listen is rejected',
    check: async ({ provider, makeSender, message }) => {
      const gone = await FakeSmsProvider.start(provider.dialect);
      const { url } = gone;
      await gone.close();
      const { status } = await outcome(makeSender(url), message);
      demand(status === 'rejected', `nobody was there to take the message, and the sender says ${status}`);
    },
  },
  ends(
    'a provider that hangs is given up when the time is over, and left unknown',
    'hang',
    ['unknown'],
    true,
  ),
  ends(
    'an answer that stops half-way is given up, and is no rejection',
    'stall',
    ['accepted', 'unknown'],
    true,
  ),
  {
    name: 'nothing is sent whose time is over before it began',
    check: async ({ provider, makeSender, message }) => {
      provider.reset();
      const late = { ...message, signal: AbortSignal.abort() };
      const { status } = await outcome(makeSender(provider.url), late);
      demand(provider.requests.length === 0, 'a request went out after the time was over');
      demand(status === 'rejected', `nothing was sent, and the sender says ${status}`);
    },
  },
  {
    name: 'a send that is given up leaves the others alone',
    check: async ({ provider, makeSender, message }) => {
      provider.reset();
      const sender = makeSender(provider.url);
      provider.behave('hang');
      const limit = new AbortController();
      const hanging = outcome(sender, { ...message, signal: limit.signal });
      await arrival(provider);
      provider.behave('accept');
      const other = outcome(sender, message);
      limit.abort();
      const [given, { status }] = await Promise.all([hanging, other]);
      demand(given.status === 'unknown', `the send that was given up is ${given.status}`);
      demand(status === 'accepted', `the other send is ${status}`);
    },
  },
  {
    name: 'no failure tells the number, the code or a credential',
    check: async (subject) => {
      for (const mood of ['refuse', 'outage', 'break', 'cut', 'garble'] as const) {
        subject.provider.reset();
        subject.provider.behave(mood);
        const failure = await rawFailure(subject);
        const told = inspect(failure, { depth: 12, showHidden: true, maxStringLength: null });
        for (const secret of [MESSAGE.code, MESSAGE.phoneNumber.slice(1), ...(subject.secrets ?? [])]) {
          demand(!told.includes(secret), `the failure under '${mood}' tells what it should not: ${told}`);
        }
      }
    },
  },
];

/** One message, one mood, and the ends that are true in it. */
function ends(
  name: string,
  mood: ProviderMood & string,
  right: readonly SendResult['status'][],
  timesOut = false,
): SmsSenderCase {
  return {
    name,
    check: async (subject) => {
      const { status } = await sent(subject, mood, timesOut);
      demand(right.includes(status), `under '${mood}' the sender says ${status}; right: ${right.join(', ')}`);
    },
  };
}

/** Sends one message, and sees that it was one request. */
async function sent(
  { provider, makeSender, message }: SmsSenderSubject,
  mood: ProviderMood,
  timesOut = false,
): Promise<SendResult> {
  provider.reset();
  provider.behave(mood);
  const limit = new AbortController();
  const sending = outcome(makeSender(provider.url), { ...message, signal: limit.signal });
  if (timesOut) {
    const request = await arrival(provider);
    limit.abort();
    await soon(request.over, 'the connection stays open after the time is over');
  }
  const result = await soon(sending, 'the send has no end');
  demand(provider.requests.length === 1, `${provider.requests.length} requests were made for one message`);
  return result;
}

async function outcome(sender: SmsSender, message: Partial<SmsMessage> = {}): Promise<SendResult> {
  try {
    return acceptedUnlessSaid(await sender.send({ ...MESSAGE, ...message }));
  } catch (cause) {
    return failedSend(cause);
  }
}

/** What a send ends with, as a host would print it. */
async function rawFailure({ provider, makeSender, message }: SmsSenderSubject): Promise<unknown> {
  try {
    return await makeSender(provider.url).send({ ...MESSAGE, ...message });
  } catch (cause) {
    return cause;
  }
}

async function arrival(provider: FakeSmsProvider) {
  for (const end = Date.now() + PATIENCE; Date.now() < end;) {
    const last = provider.requests.at(-1);
    if (last) return last;
    await new Promise((later) => setTimeout(later, 2));
  }
  throw new Error('no request reaches the provider');
}

async function soon<T>(work: Promise<T>, complaint: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(complaint)), PATIENCE);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function demand(holds: boolean, complaint: string): void {
  if (!holds) throw new Error(complaint);
}
