import { type MessageAttributeValue, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { SendResult } from '../sms/send-result.js';
import { SmsSendError } from '../sms/sms-send-error.js';
import { type SmsMessage, type SmsNotice, SmsSender } from '../sms/sms-sender.js';
import { snsError } from './sns-error.js';
import { checkSnsOptions, type SnsSmsSenderOptions } from './sns-options.js';
import { textsOnly } from '../sms/texts-only.js';

/**
 * Sends codes through Amazon SNS. Needs the package `@aws-sdk/client-sns`, 3.
 *
 * A message is sent once: the SDK's own further attempts are switched off. The request ends when the time limit of the
 * send (`messages.timeout`) is over. A failure becomes an {@link SmsSendError} with HTTP status and AWS's name for it.
 *
 * @example
 * ```ts
 * import { SnsSmsSender } from 'nestjs-phone-auth/sns';
 *
 * providers: [
 *   { provide: SmsSender, useValue: new SnsSmsSender({ config: { region: 'eu-central-1' }, senderId: 'Acme', maxPrice: 0.2 }) },
 * ]
 * ```
 * @publicApi
 */
export class SnsSmsSender extends SmsSender {
  private readonly client: SNSClient;

  /** @throws PhoneAuthOptionError where an option cannot be right, or contradicts another */
  constructor(private readonly options: SnsSmsSenderOptions = {}) {
    super();
    checkSnsOptions(options);
    this.client = options.client ?? new SNSClient({ ...options.config, maxAttempts: 1 });
  }

  /** @throws SmsSendError where AWS does not accept the message */
  override async send(message: SmsMessage): Promise<SendResult> {
    const { phoneNumber, text, channel = 'sms', signal } = message;
    textsOnly('SnsSmsSender', channel);
    const { templateId } = this.options;
    return this.publish(
      phoneNumber,
      text,
      signal,
      typeof templateId === 'function' ? templateId(message) : templateId,
    );
  }

  /** @throws SmsSendError where AWS does not accept the message */
  override notify({ phoneNumber, text, signal }: SmsNotice): Promise<SendResult> {
    return this.publish(phoneNumber, text, signal);
  }

  private async publish(
    phoneNumber: string,
    text: string,
    signal: AbortSignal,
    templateId?: string,
  ): Promise<SendResult> {
    if (signal.aborted) throw new SmsSendError('rejected', 'The time was over before AWS SNS was asked');
    const command = new PublishCommand({
      PhoneNumber: phoneNumber,
      Message: text,
      MessageAttributes: this.attributes(templateId),
    });
    let answered = false;
    command.middlewareStack.add(
      (next) => async (args) => {
        const answer = await next(args);
        answered = true; // the head has come; the body is read further out
        return answer;
      },
      { step: 'deserialize', priority: 'low', name: 'nestjsPhoneAuthAnswered' },
    );
    try {
      const { MessageId } = await this.client.send(command, { abortSignal: signal });
      if (MessageId === undefined)
        throw new SmsSendError('unknown', 'The answer of AWS SNS could not be read');
      return { status: 'accepted', reference: MessageId };
    } catch (cause) {
      throw cause instanceof SmsSendError ? cause : snsError(cause, signal, answered);
    }
  }

  private attributes(templateId: string | undefined): Record<string, MessageAttributeValue> {
    const { smsType = 'Transactional', senderId, originationNumber, entityId, maxPrice } = this.options;
    const texts = {
      'AWS.SNS.SMS.SMSType': smsType,
      'AWS.SNS.SMS.SenderID': senderId,
      'AWS.MM.SMS.OriginationNumber': originationNumber,
      'AWS.MM.SMS.EntityId': entityId,
      'AWS.MM.SMS.TemplateId': templateId,
    };
    const set = Object.entries(texts).filter(([, value]) => value !== undefined);
    const attributes: Record<string, MessageAttributeValue> = Object.fromEntries(
      set.map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
    );
    if (maxPrice !== undefined) {
      attributes['AWS.SNS.SMS.MaxPrice'] = { DataType: 'Number', StringValue: maxPrice.toFixed(5) };
    }
    return attributes;
  }
}
