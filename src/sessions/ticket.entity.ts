import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { epochColumn } from '../persistence/epoch.js';
import { EXACT_TABLE } from '../persistence/exact-table.js';

/** A sign-in whose second factor is outstanding. It is no session, and lives in a table that no session is read from. */
@Entity('phone_auth_ticket', EXACT_TABLE)
export class PhoneAuthTicket {
  /** Keyed MAC of the temp token, lower-case hex. The key holds purpose and instance. */
  @PrimaryColumn({ name: 'token_hash', type: 'varchar', length: 64 })
  tokenHash: string;

  @Index()
  @Column({ name: 'user_id', type: 'varchar', length: 64 })
  userId: string;

  /** Whether the session that it turns into is to be remembered. */
  @Column({ type: 'boolean' })
  remembered: boolean;

  /** Messages that were sent for it. */
  @Column({ type: 'integer' })
  sends: number;

  @Index()
  @Column(epochColumn({ name: 'expires_at' }))
  expiresAt: number;
}
