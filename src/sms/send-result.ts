/**
 * What is known of a message once the provider has answered, or has not.
 *
 * - `accepted`: the provider has it and charges for it.
 * - `rejected`: it certainly does not have it. Sending again, there or elsewhere, cannot make two messages of one.
 * - `unknown`: the request went out and its end was not seen. The phone may still ring.
 *
 * @publicApi
 */
export type SendStatus = 'accepted' | 'rejected' | 'unknown';

/**
 * Why a message was not accepted.
 *
 * - `number`: the number itself. It does not exist, is a landline, or its owner wants no messages: no provider will do.
 * - `message`: this provider will not send this message, such as to this country. Another one may.
 * - `provider`: the provider: an outage, a limit, credentials, no credit.
 *
 * @publicApi
 */
export type SendFault = 'number' | 'message' | 'provider';

/**
 * What a sender tells of one message. A sender that returns nothing has said `accepted`.
 *
 * @example
 * ```ts
 * return { status: 'accepted', reference: answer.id, price: { amount: 0.0075, currency: 'USD' } };
 * ```
 * @publicApi
 */
export interface SendResult {
  readonly status: SendStatus;
  /** The provider's id of the message, under which its receipts come. */
  readonly reference?: string | undefined;
  /** What the message costs, where the provider says so at once. */
  readonly price?: SendPrice | undefined;
  /** Why it was not accepted, for the log: neither code nor number. */
  readonly reason?: string | undefined;
  /** Whose fault it was. @default 'provider' */
  readonly fault?: SendFault | undefined;
  /**
   * Whether the provider had begun to answer when the message became `unknown`: then it very likely has it, and a
   * {@link SmsChain} does not take the end of the time for silence. @default false
   */
  readonly answered?: boolean | undefined;
  /** Which of several providers had it: the name that it has in the {@link SmsChain}. */
  readonly provider?: string | undefined;
  /** Which providers were asked, that one included: none of them is asked again for this message. */
  readonly tried?: readonly string[] | undefined;
}

/** @publicApi */
export interface SendPrice {
  /** In units of the currency, not in its cents. */
  readonly amount: number;
  /** ISO 4217, upper case. */
  readonly currency: string;
}

const STATUSES: readonly unknown[] = ['accepted', 'rejected', 'unknown'] satisfies SendStatus[];

/** Senders of hosts return what they like: an answer of an SDK, a number, nothing. */
export function isSendResult(value: unknown): value is SendResult {
  return typeof value === 'object' && value !== null && 'status' in value && STATUSES.includes(value.status);
}
