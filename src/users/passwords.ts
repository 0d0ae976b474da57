import { Inject, Injectable } from '@nestjs/common';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import { Database, type Names, type Queryable } from '../persistence/database.js';
import { sql } from '../persistence/sql.js';
import { Clock } from '../runtime/clock.js';
import { PhoneAuthCredential } from './credential.entity.js';
import { PasswordHasher } from './password-hasher.js';

const COLUMNS = ['userId', 'passwordHash', 'updatedAt'] as const;

/** Passwords of users, and the rules that a new one has to keep. */
@Injectable()
export class Passwords {
  private readonly c: Names<(typeof COLUMNS)[number]>;
  private decoy: Promise<string> | undefined;

  constructor(
    private readonly db: Database,
    private readonly hasher: PasswordHasher,
    private readonly clock: Clock,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {
    this.c = db.names(PhoneAuthCredential, COLUMNS);
  }

  /**
   * The rules for a new password.
   *
   * @throws PhoneAuthError `PASSWORD_TOO_SHORT`, `PASSWORD_TOO_LONG`, `PASSWORD_TOO_WEAK`
   */
  async checkNew(password: string): Promise<void> {
    const { minLength, accept } = this.config.password;
    if (characters(password) < minLength) throw new PhoneAuthError('PASSWORD_TOO_SHORT');
    this.checkLength(password);
    if (accept && !(await accept(password))) throw new PhoneAuthError('PASSWORD_TOO_WEAK');
  }

  /**
   * Refuses what is too long to have been set, before it costs a hash.
   *
   * @throws PhoneAuthError `PASSWORD_TOO_LONG`
   */
  checkLength(password: string): void {
    if (characters(password) > this.config.password.maxLength) throw new PhoneAuthError('PASSWORD_TOO_LONG');
  }

  /**
   * Whether this is the password of that user. No user, or one without a password, costs the same look and the same hash
   * (R58).
   */
  async matches(userId: string | undefined, password: string): Promise<boolean> {
    const stored = await this.find(userId ?? NOBODY);
    const matches = await this.hasher.verify(stored ?? (await this.decoyHash()), password);
    if (!matches || userId === undefined || stored === undefined) return false;
    if (this.hasher.needsRehash(stored)) await this.store(userId, await this.hash(password));
    return true;
  }

  async exists(userId: string): Promise<boolean> {
    return (await this.find(userId)) !== undefined;
  }

  /** Slow on purpose: hash before a transaction, not in it. */
  hash(password: string): Promise<string> {
    return this.hasher.hash(password);
  }

  /** Sets or replaces the hash of a user's password. */
  async store(userId: string, passwordHash: string, within: Queryable = this.db): Promise<void> {
    const { c } = this;
    const now = this.clock.now();
    const replace =
      this.db.dialect === 'mysql'
        ? sql`ON DUPLICATE KEY UPDATE ${c.passwordHash} = ${passwordHash}, ${c.updatedAt} = ${now}`
        : sql`ON CONFLICT (${c.userId}) DO UPDATE SET
            ${c.passwordHash} = excluded.${c.passwordHash}, ${c.updatedAt} = excluded.${c.updatedAt}`;
    await within.affected(sql`
      INSERT INTO ${c.table} (${c.userId}, ${c.passwordHash}, ${c.updatedAt})
      VALUES (${userId}, ${passwordHash}, ${now})
      ${replace}`);
  }

  async remove(userId: string, within: Queryable = this.db): Promise<void> {
    await within.affected(sql`DELETE FROM ${this.c.table} WHERE ${this.c.userId} = ${userId}`);
  }

  private async find(userId: string): Promise<string | undefined> {
    const { c } = this;
    const [row] = await this.db.rows(
      sql`SELECT ${c.passwordHash} AS hash FROM ${c.table} WHERE ${c.userId} = ${userId}`,
    );
    return row?.['hash'] as string | undefined;
  }

  private decoyHash(): Promise<string> {
    return (this.decoy ??= this.hasher.hash('no account has this password'));
  }
}

/** No user's id. */
const NOBODY = '';

/** As people count them, not as UTF-16 does. */
const characters = (text: string): number => Array.from(text).length;
