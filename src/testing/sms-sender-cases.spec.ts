import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SmsSendError } from '../sms/sms-send-error.js';
import { type SmsMessage, SmsSender } from '../sms/sms-sender.js';
import { FakeSmsProvider } from './fake-sms-provider.js';
import { smsSenderCases } from './sms-sender-cases.js';

let provider: FakeSmsProvider;
beforeAll(async () => {
  provider = await FakeSmsProvider.start({
    accepts: () => ({ status: 202, body: { id: 'm-1' } }),
    refuses: ({ body }) => ({ status: 400, body: { error: `cannot send ${body}` } }),
  });
});
afterAll(() => provider.close());

/** What a host writes after the example of the manual. */
class PlainSender extends SmsSender {
  constructor(private readonly url: string) {
    super();
  }

  override async send(message: SmsMessage): Promise<void> {
    if (message.signal.aborted) throw new SmsSendError('rejected', 'too late');
    const answer = await this.post(message);
    if (!answer.ok) throw new SmsSendError('rejected', `Acme SMS answered ${answer.status}`);
  }

  protected post({ phoneNumber, text, signal }: SmsMessage): Promise<Response> {
    const body = JSON.stringify({ phoneNumber, text });
    return fetch(this.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', connection: 'close' },
      body,
      signal,
    }).then(async (answer) => {
      await answer.text().catch(() => '');
      return answer;
    });
  }
}

describe('a sender of a host that keeps to the contract passes', () => {
  for (const { name, check } of smsSenderCases) {
    it(`A34 ${name}`, async () => {
      await expect(check({ provider, makeSender: (url) => new PlainSender(url) })).resolves.toBeUndefined();
    });
  }
});

class Retrying extends PlainSender {
  protected override async post(message: SmsMessage): Promise<Response> {
    try {
      const answer = await super.post(message);
      return answer.ok ? answer : await super.post(message);
    } catch {
      return super.post(message);
    }
  }
}

class Careless extends PlainSender {
  override async send(message: SmsMessage): Promise<void> {
    await this.post(message).catch(() => undefined);
  }
}

class Chatty extends PlainSender {
  override async send(message: SmsMessage): Promise<void> {
    await super.send(message).catch(() => {
      throw new SmsSendError('rejected', `could not send ${message.text}`);
    });
  }
}

class Deaf extends PlainSender {
  protected override post(message: SmsMessage): Promise<Response> {
    return super.post({ ...message, signal: new AbortController().signal });
  }
}

class Mute extends SmsSender {
  override send(): Promise<void> {
    return Promise.resolve();
  }
}

/** The complaint of the case whose name holds this. */
async function complaint(about: string, Sender: new (url: string) => SmsSender): Promise<string> {
  const found = smsSenderCases.find(({ name }) => name.includes(about));
  if (!found) throw new Error(`there is no case about ${about}`);
  return found.check({ provider, makeSender: (url) => new Sender(url) }).then(
    () => 'it passes',
    (error: unknown) => (error instanceof Error ? error.message : 'no error'),
  );
}

describe('a sender that does not is told why', () => {
  it.each([
    ['sends again', 'refuses', Retrying, '2 requests were made for one message'],
    ['hides a refusal', 'refuses', Careless, "under 'refuse' the sender says accepted; right: rejected"],
    [
      'guesses after a broken connection',
      'before the answer',
      Chatty,
      "under 'break' the sender says rejected",
    ],
    ['repeats the message in its error', 'no failure tells', Chatty, 'tells what it should not'],
    ['does not end', 'hangs', Deaf, 'the connection stays open after the time is over'],
    ['sends nothing', 'takes is accepted', Mute, '0 requests were made for one message'],
  ] as const)('A34 because it %s', async (_, about, Sender, expected) => {
    expect(await complaint(about, Sender)).toContain(expected);
  });
});
