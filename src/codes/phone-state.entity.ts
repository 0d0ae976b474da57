import { Column, Entity, PrimaryColumn } from 'typeorm';
import { epochColumn } from '../persistence/epoch.js';
import { EXACT_TABLE } from '../persistence/exact-table.js';

/**
 * The ledger: what has happened to a number, whatever code and purpose it was about (R10, R25). A device that has proven
 * the number has a row of its own, so that nobody else can use up its tries (R15).
 */
@Entity('phone_auth_phone_state', EXACT_TABLE)
export class PhoneAuthPhoneState {
  @PrimaryColumn({ name: 'phone_number', type: 'varchar', length: 16 })
  phoneNumber: string;

  /** Id of a known device; empty for everybody else together. */
  @PrimaryColumn({ type: 'varchar', length: 36 })
  holder: string;

  /** Wrong codes in the hour that began at `hourFailuresFrom`. */
  @Column({ name: 'hour_failures', type: 'integer', default: 0 })
  hourFailures: number;

  @Column(epochColumn({ name: 'hour_failures_from', default: 0 }))
  hourFailuresFrom: number;

  /** Wrong codes in the 24 hours that began at `dayFailuresFrom`. */
  @Column({ name: 'day_failures', type: 'integer', default: 0 })
  dayFailures: number;

  @Column(epochColumn({ name: 'day_failures_from', default: 0 }))
  dayFailuresFrom: number;

  /** Wrong codes since the last right one, over whatever time (R11). */
  @Column({ name: 'failures_in_a_row', type: 'integer', default: 0 })
  failuresInARow: number;

  /** No guess is compared before (R16). */
  @Column(epochColumn({ name: 'locked_until', default: 0 }))
  lockedUntil: number;

  /** Messages in the hour that began at `hourSendsFrom`. */
  @Column({ name: 'hour_sends', type: 'integer', default: 0 })
  hourSends: number;

  @Column(epochColumn({ name: 'hour_sends_from', default: 0 }))
  hourSendsFrom: number;

  /** Messages in the 24 hours that began at `daySendsFrom`. */
  @Column({ name: 'day_sends', type: 'integer', default: 0 })
  daySends: number;

  @Column(epochColumn({ name: 'day_sends_from', default: 0 }))
  daySendsFrom: number;

  /** Messages since a code was last used, or since an hour of rest (R23, R24). */
  @Column({ name: 'sends_in_a_row', type: 'integer', default: 0 })
  sendsInARow: number;

  @Column(epochColumn({ name: 'sent_at', default: 0 }))
  sentAt: number;

  /** No message goes out before (R23). */
  @Column(epochColumn({ name: 'next_send_at', default: 0 }))
  nextSendAt: number;

  /** The client address that the last message was counted by; empty where there was none. */
  @Column({ name: 'sent_from', type: 'varchar', length: 64, default: '' })
  sentFrom: string;

  /** SHA-256 of the last message's `Idempotency-Key`; empty without one (R35). */
  @Column({ name: 'send_key', type: 'varchar', length: 64, default: '' })
  sendKey: string;

  /** Id of the last message; empty before the first. */
  @Column({ name: 'message_id', type: 'varchar', length: 36, default: '' })
  messageId: string;
}
