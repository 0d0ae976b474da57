import type { PhoneAuthConfig } from '../options/config.js';
import type { Database } from '../persistence/database.js';
import type { BackgroundTasks } from '../runtime/background-tasks.js';
import type { Clock } from '../runtime/clock.js';
import { DatabaseQuotaStore } from './database-quota-store.js';
import { MemoryQuotaStore } from './memory-quota-store.js';
import type { QuotaStore } from './quota-store.js';

/** The store that `limits.storage` names. */
export function quotaStore(
  { limits }: PhoneAuthConfig,
  clock: Clock,
  db: Database,
  background: BackgroundTasks,
): QuotaStore {
  return limits.storage === 'database'
    ? new DatabaseQuotaStore(db, clock, background)
    : new MemoryQuotaStore(clock);
}
