import twilio, { type Twilio } from 'twilio';
import { SmsSendError } from '../sms/sms-send-error.js';
import { twilioError } from './twilio-error.js';
import type { TwilioAccountOptions } from './twilio-options.js';
import { TwilioRequestClient } from './twilio-request-client.js';

/** The part of the SDK that a sender needs, under a time limit, with errors that tell no secret. */
export class TwilioAccount<Part extends keyof Twilio> {
  private readonly http: TwilioRequestClient | undefined;
  private readonly client: Pick<Twilio, Part>;

  /** @param options that have been checked */
  constructor(options: TwilioAccountOptions<Part>) {
    if (options.client) {
      this.client = options.client;
    } else {
      this.http = new TwilioRequestClient(options.apiURL);
      this.client = makeClient(options, this.http);
    }
  }

  /** @throws SmsSendError with what is known */
  async request<T>(signal: AbortSignal, work: (client: Pick<Twilio, Part>) => Promise<T>): Promise<T> {
    if (signal.aborted) throw new SmsSendError('rejected', 'The time was over before Twilio was asked');
    const exchange = { signal, answered: false };
    try {
      const asked = () => work(this.client);
      return await (this.http ? this.http.during(exchange, asked) : asked());
    } catch (cause) {
      throw twilioError(cause, exchange);
    }
  }
}

function makeClient(
  { accountSid, authToken, apiKey, apiSecret }: TwilioAccountOptions<never>,
  httpClient: TwilioRequestClient,
): Twilio {
  return apiKey && accountSid
    ? twilio(apiKey, apiSecret, { accountSid, httpClient })
    : twilio(accountSid, authToken, { httpClient });
}
