/**
 * So many of something in so long a time, for one key.
 *
 * @publicApi
 */
export interface Quota {
  /** What is counted, and for whom: `sends:203.0.113.7`. */
  readonly key: string;
  /** How many the window holds. `Infinity` only counts. */
  readonly limit: number;
  /** Length of the window, in milliseconds. It opens with the first hit. */
  readonly window: number;
}

/**
 * What {@link QuotaStore.take} found.
 *
 * @publicApi
 */
export interface QuotaOutcome {
  /** The first quota that is used up, and the seconds until its window ends. `undefined`: all were taken. */
  readonly refused?: { readonly quota: Quota; readonly retryAfter: number } | undefined;
  /** The hits of each quota as they stand afterwards, in the order asked. */
  readonly hits: readonly number[];
}

/**
 * Counts what may happen only so often: messages per address, per block of numbers, per country. This class is both the
 * type and the injection token. By default it counts in the memory of the process; several processes need a shared one,
 * such as `RedisQuotaStore` of `nestjs-phone-auth/redis`.
 *
 * A store that cannot count rejects: `limits.onFailure` then decides, and its default refuses (R17).
 *
 * @example
 * ```ts
 * PhoneAuthModule.forRoot({ secret, providers: [{ provide: QuotaStore, useValue: new RedisQuotaStore(redis) }] })
 * ```
 * @publicApi
 */
export abstract class QuotaStore {
  /**
   * Takes one of every quota, or none where any of them is used up. Exact under parallelism: of a quota with room for
   * five, five callers at once get one each, whoever they are. Keys are distinct within a call.
   */
  abstract take(quotas: readonly Quota[]): Promise<QuotaOutcome>;

  /**
   * Gives hits back to open windows; more than were taken is credit that the window then holds on top of its limit. A
   * key without an open window is left alone.
   */
  abstract giveBack(refunds: readonly QuotaRefund[]): Promise<void>;
}

/**
 * Hits that go back to a quota.
 *
 * @publicApi
 */
export interface QuotaRefund {
  readonly key: string;
  /** How many; fractions are allowed. */
  readonly hits: number;
}
