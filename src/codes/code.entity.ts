import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { epochColumn } from '../persistence/epoch.js';
import { EXACT_TABLE } from '../persistence/exact-table.js';

/**
 * The one open code of a purpose and a number. A newer code takes the row over, so an older one has nowhere to live.
 *
 * The `replaced*` columns hold the code that was taken over, for one case only: when the message with the new code
 * could not be sent, the earlier code is put back (S1.35). They are never compared with anything.
 */
@Entity('phone_auth_code', EXACT_TABLE)
export class PhoneAuthCode {
  @PrimaryColumn({ type: 'varchar', length: 32 })
  purpose: string;

  @PrimaryColumn({ name: 'phone_number', type: 'varchar', length: 16 })
  phoneNumber: string;

  /** Changes with every code: consuming names it, so a code that has been replaced cannot be consumed. */
  @Column({ type: 'varchar', length: 36 })
  id: string;

  /** Keyed MAC of the code, lower-case hex. The code itself is stored nowhere. */
  @Column({ type: 'varchar', length: 64 })
  mac: string;

  /** How often this code has been guessed at; more than any limit there can be once its end has been told. */
  @Column({ type: 'integer' })
  attempts: number;

  @Index()
  @Column(epochColumn({ name: 'expires_at' }))
  expiresAt: number;

  /** The user, session or ticket that the code was asked for with, where there was one: only with it is it good. */
  @Column({ name: 'requested_by', type: 'varchar', length: 64, nullable: true })
  requestedBy: string | null;

  /**
   * The code itself, encrypted under a key that is not in the database, where it may have to be sent once more. It goes with
   * the code: used, replaced, or told to be over.
   */
  @Column({ type: 'varchar', length: 64, nullable: true })
  sealed: string | null;

  /** Id of the last message that carries it: the code's own where that is the first. */
  @Column({ name: 'message_id', type: 'varchar', length: 36 })
  messageId: string;

  @Column({ name: 'replaced_id', type: 'varchar', length: 36, nullable: true })
  replacedId: string | null;

  @Column({ name: 'replaced_mac', type: 'varchar', length: 64, nullable: true })
  replacedMac: string | null;

  @Column({ name: 'replaced_attempts', type: 'integer', nullable: true })
  replacedAttempts: number | null;

  @Column(epochColumn({ name: 'replaced_expires_at', nullable: true }))
  replacedExpiresAt: number | null;

  @Column({ name: 'replaced_requested_by', type: 'varchar', length: 64, nullable: true })
  replacedRequestedBy: string | null;
}
