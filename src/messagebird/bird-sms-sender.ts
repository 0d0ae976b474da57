import { isSuccess, ProviderHttp } from '../sms/provider-http.js';
import type { SendResult } from '../sms/send-result.js';
import { type SmsMessage, type SmsNotice, SmsSender } from '../sms/sms-sender.js';
import { checkBirdOptions } from './check-options.js';
import { textsOnly } from '../sms/texts-only.js';

/**
 * Options of `BirdSmsSender`.
 *
 * @publicApi
 */
export interface BirdSmsSenderOptions {
  /** Access key of the workspace. */
  accessKey: string;
  /** Id of the workspace. */
  workspaceId: string;
  /** Id of the SMS channel, which has the number. */
  channelId: string;
  /** Address of the API, such as a stand-in in tests. It is given the key. @default 'https://api.bird.com' */
  apiURL?: string | undefined;
}

/**
 * Sends codes through Bird's Channels API (api.bird.com), the successor of MessageBird's, without an SDK. A message is
 * sent once and never tried again.
 *
 * @example
 * ```ts
 * import { BirdSmsSender } from 'nestjs-phone-auth/messagebird';
 *
 * providers: [{ provide: SmsSender, useValue: new BirdSmsSender({ accessKey, workspaceId, channelId }) }]
 * ```
 * @publicApi
 */
export class BirdSmsSender extends SmsSender {
  private readonly http = new ProviderHttp('Bird');

  /** @throws PhoneAuthOptionError where an option is missing or cannot be right */
  constructor(private readonly options: BirdSmsSenderOptions) {
    super();
    checkBirdOptions(options);
  }

  /** @throws SmsSendError where Bird does not accept the message */
  override async send(message: SmsMessage): Promise<SendResult> {
    const { phoneNumber, text, channel = 'sms', idempotencyKey, signal } = message;
    textsOnly('BirdSmsSender', channel);
    return this.post(phoneNumber, text, signal, idempotencyKey);
  }

  /** @throws SmsSendError where Bird does not accept the message */
  override notify({ phoneNumber, text, signal }: SmsNotice): Promise<SendResult> {
    return this.post(phoneNumber, text, signal);
  }

  private async post(
    phoneNumber: string,
    text: string,
    signal: AbortSignal,
    reference?: string,
  ): Promise<SendResult> {
    const { accessKey, workspaceId, channelId, apiURL = 'https://api.bird.com' } = this.options;
    const path = `/workspaces/${encodeURIComponent(workspaceId)}/channels/${encodeURIComponent(channelId)}/messages`;
    const { status, body } = await this.http.ask(
      {
        url: new URL(apiURL.replace(/\/+$/, '') + path),
        headers: { authorization: `AccessKey ${accessKey}` },
        body: {
          receiver: { contacts: [{ identifierKey: 'phonenumber', identifierValue: phoneNumber }] },
          body: { type: 'text', text: { text } },
          reference,
        },
      },
      signal,
    );
    if (!isSuccess(status)) throw this.http.refusal(status);
    return { status: 'accepted', reference: (body as { id?: string } | undefined)?.id };
  }
}
