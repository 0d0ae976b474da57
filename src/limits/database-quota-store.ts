import { PhoneAuthError } from '../errors/phone-auth.error.js';
import type { Database } from '../persistence/database.js';
import type { BackgroundTasks } from '../runtime/background-tasks.js';
import type { Clock } from '../runtime/clock.js';
import { PortableQuotaTaker } from './portable-quota-taker.js';
import { type Quota, type QuotaOutcome, type QuotaRefund, QuotaStore } from './quota-store.js';
import { endOf, QuotaTable, type QuotaTaker } from './quota-table.js';
import { ReturningQuotaTaker } from './returning-quota-taker.js';

/** How often a call is tried anew because others changed the same quotas at the same moment. */
const ROUNDS = 10;

/** Rows that are removed at once, and how long after their end, and after the last time, in milliseconds. */
const BATCH = 500;
const KEPT = 60_000;
const PAUSE = 60_000;

/**
 * Counts in the database, for several processes without another store. The time is that of {@link Clock}: clocks of
 * processes that differ make windows differ by as much. A key has up to 191 characters and does not end with a blank,
 * which MySQL does not see.
 */
export class DatabaseQuotaStore extends QuotaStore {
  private readonly table: QuotaTable;
  private readonly taker: QuotaTaker;
  private cleanUpAt: number;

  constructor(
    db: Database,
    private readonly clock: Clock,
    private readonly background: BackgroundTasks,
  ) {
    super();
    this.table = new QuotaTable(db);
    this.taker =
      db.dialect === 'mysql' ? new PortableQuotaTaker(this.table) : new ReturningQuotaTaker(this.table);
    this.cleanUpAt = clock.now() + PAUSE;
  }

  override async take(quotas: readonly Quota[]): Promise<QuotaOutcome> {
    if (quotas.length === 0) return { hits: [] };
    const now = this.clock.now();
    this.cleanUp(now);
    for (let round = 0; round < ROUNDS; round += 1) {
      const taken = await this.taker.take(quotas, now);
      if (taken.size === quotas.length) return { hits: quotas.map(({ key }) => taken.get(key) ?? 0) };
      await this.untake(
        quotas.filter(({ key }) => taken.has(key)),
        now,
      );
      const outcome = await this.refusalOf(quotas, now);
      if (outcome) return outcome;
    }
    throw new PhoneAuthError('SERVICE_UNAVAILABLE', {
      cause: new Error('Others changed the same quotas again and again'),
      retryAfter: 1,
    });
  }

  override giveBack(refunds: readonly QuotaRefund[]): Promise<void> {
    return this.table.giveBack(refunds, this.clock.now());
  }

  /** A window that opened later ends later, and nothing goes back to that one. */
  private untake(taken: readonly Quota[], now: number): Promise<void> {
    return this.table.giveBack(
      taken.map((quota) => ({ key: quota.key, hits: 1, endsBy: endOf(quota, now) })),
      now,
    );
  }

  /** `undefined` where there is room by now. */
  private async refusalOf(quotas: readonly Quota[], now: number): Promise<QuotaOutcome | undefined> {
    const standing = await this.table.standing(quotas, now);
    const hits = quotas.map(({ key }) => standing.get(key)?.hits ?? 0);
    const quota = quotas.find(({ limit }, place) => (hits[place] ?? 0) >= limit);
    if (!quota) return undefined;
    const end = standing.get(quota.key)?.endsAt ?? 0;
    const left = (end > now ? end : endOf(quota, now)) - now;
    return { refused: { quota, retryAfter: Math.ceil(left / 1_000) }, hits };
  }

  /** Now and then; as long as there is more than one batch, with every call, so that removing keeps up with adding. */
  private cleanUp(now: number): void {
    if (now < this.cleanUpAt) return;
    this.cleanUpAt = now + PAUSE;
    this.background.run('Quotas that are over could not be removed', async () => {
      const removed = await this.table.remove(BATCH, now - KEPT);
      if (removed === BATCH) this.cleanUpAt = now;
    });
  }
}
