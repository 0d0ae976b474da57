import type { SendFault, SendStatus } from './send-result.js';

/**
 * Thrown by a sender that knows what became of the message: `rejected` where it was certainly not accepted, `unknown`
 * where it may have been. Any other error counts as `unknown`, unless no connection was made at all.
 *
 * @example
 * ```ts
 * if (!answer.ok) throw new SmsSendError('rejected', `Acme SMS answered ${answer.status}`);
 * ```
 * @publicApi
 */
export class SmsSendError extends Error {
  override readonly name = 'SmsSendError';

  constructor(
    readonly status: Exclude<SendStatus, 'accepted'>,
    /** For the log: neither code nor number, nor a credential. */
    message: string,
    /** Whose fault it was. A {@link SmsChain} stops at `number`, and spares a provider for `provider` alone. */
    readonly fault: SendFault = 'provider',
    /** Whether the provider had begun to answer when a message became `unknown`: then it very likely has it. */
    readonly answered: boolean = false,
  ) {
    super(message);
  }
}
