import { Inject, Injectable } from '@nestjs/common';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import type { CleanupStep, Perishable } from '../persistence/cleanup.js';
import { Database } from '../persistence/database.js';
import { QuotaTable } from './quota-table.js';

/**
 * Windows that are over, where they are counted in the database. Its store removes them as long as somebody counts; this
 * is for the time after.
 */
@Injectable()
export class OverQuotas implements Perishable {
  private readonly table: QuotaTable | undefined;

  constructor(db: Database, @Inject(PHONE_AUTH_CONFIG) { limits }: PhoneAuthConfig) {
    if (limits.storage === 'database') this.table = new QuotaTable(db);
  }

  async removeOver(before: number, limit: number): Promise<CleanupStep> {
    const removed = (await this.table?.remove(limit, before)) ?? 0;
    return { removed, more: removed === limit };
  }
}
