import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { epochColumn } from '../persistence/epoch.js';
import { EXACT_TABLE } from '../persistence/exact-table.js';

/** What became of a message: without its text, its code and its number. */
@Entity('phone_auth_message', EXACT_TABLE)
@Index(['provider', 'reference'])
export class PhoneAuthMessage {
  /** The id of the code that it carries. */
  @PrimaryColumn({ type: 'varchar', length: 36 })
  id: string;

  /** `sent`, `delivered` or `failed`. */
  @Column({ type: 'varchar', length: 16 })
  status: string;

  /** Which sender had it, by the name that it has in a chain; empty where it gives none. */
  @Column({ type: 'varchar', length: 64 })
  provider: string;

  /** The provider's id of the message, under which its receipts come. */
  @Column({ type: 'varchar', length: 128, nullable: true })
  reference: string | null;

  @Column({ type: 'varchar', length: 16 })
  channel: string;

  @Index()
  @Column(epochColumn({ name: 'created_at' }))
  createdAt: number;

  @Column(epochColumn({ name: 'updated_at' }))
  updatedAt: number;
}
