import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { epochColumn } from '../persistence/epoch.js';
import { EXACT_TABLE } from '../persistence/exact-table.js';

/**
 * A refresh token. Those of one session are a family: each but the last was used once and stays, so that it is known when it
 * comes back (R54). Without a live session none of them is good for anything.
 */
@Entity('phone_auth_refresh_token', EXACT_TABLE)
export class PhoneAuthRefreshToken {
  @PrimaryColumn({ type: 'varchar', length: 36 })
  id: string;

  @Index()
  @Column({ name: 'session_id', type: 'varchar', length: 36 })
  sessionId: string;

  @Index()
  @Column({ name: 'user_id', type: 'varchar', length: 64 })
  userId: string;

  /** The token that this one followed, `null` for the first of a session. */
  @Column({ name: 'parent_id', type: 'varchar', length: 36, nullable: true })
  parentId: string | null;

  /** Keyed MAC of the token, lower-case hex. The token itself is with the client alone (8.27). */
  @Column({ name: 'token_hash', type: 'varchar', length: 64, unique: true })
  tokenHash: string;

  @Column(epochColumn({ name: 'used_at', nullable: true }))
  usedAt: number | null;

  /** The token that followed, sealed under this one, for as long as that one has not been used itself. */
  @Column({ type: 'varchar', length: 128, nullable: true })
  successor: string | null;

  /** The end of its session as it was when the token was made. */
  @Index()
  @Column(epochColumn({ name: 'expires_at' }))
  expiresAt: number;
}
