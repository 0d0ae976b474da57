import { Column, Entity, PrimaryColumn } from 'typeorm';
import { epochColumn } from '../persistence/epoch.js';
import { EXACT_TABLE } from '../persistence/exact-table.js';

/** What became of the messages of one hour to one country through one provider. It is only ever added to. */
@Entity('phone_auth_send_stat', EXACT_TABLE)
export class PhoneAuthSendStat {
  /** Start of the hour. */
  @PrimaryColumn({ ...epochColumn(), nullable: false })
  hour: number;

  /** ISO 3166-1 region, or ZZ. */
  @PrimaryColumn({ type: 'varchar', length: 2 })
  country: string;

  /** The name that the sender has in a chain; empty where there is none, and for messages that nobody took. */
  @PrimaryColumn({ type: 'varchar', length: 64 })
  provider: string;

  @Column({ type: 'integer' })
  sent: number;

  /** Numbers whose code came back. */
  @Column({ type: 'integer' })
  verified: number;

  /** Messages that no sender took. */
  @Column({ type: 'integer' })
  failed: number;
}
