import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { epochColumn } from '../persistence/epoch.js';
import { EXACT_TABLE } from '../persistence/exact-table.js';

/** A signed-in device. The token itself is with the device; here is only its hash (I4). */
@Entity('phone_auth_session', EXACT_TABLE)
export class PhoneAuthSession {
  @PrimaryColumn({ type: 'varchar', length: 36 })
  id: string;

  /** SHA-256 of the token, lower-case hex. 256 random bits need no key and no salt. */
  @Column({ name: 'token_hash', type: 'varchar', length: 64, unique: true })
  tokenHash: string;

  @Index()
  @Column({ name: 'user_id', type: 'varchar', length: 64 })
  userId: string;

  /** How the session was opened: 'sms', 'pwd' or 'mfa'. */
  @Column({ type: 'varchar', length: 32 })
  amr: string;

  /** Whether use extends the session, and the cookie outlives the browser. */
  @Column({ type: 'boolean' })
  remembered: boolean;

  @Index()
  @Column(epochColumn({ name: 'expires_at' }))
  expiresAt: number;

  @Column(epochColumn({ name: 'created_at' }))
  createdAt: number;

  @Column(epochColumn({ name: 'updated_at' }))
  updatedAt: number;

  /** When the last code was given in it. */
  @Column({ ...epochColumn({ name: 'proved_at' }), nullable: true })
  provedAt: number | null;

  @Column({ name: 'ip_address', type: 'varchar', length: 45 })
  ipAddress: string;

  @Column({ name: 'user_agent', type: 'varchar', length: 512 })
  userAgent: string;
}
