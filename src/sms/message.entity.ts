import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { epochColumn } from '../persistence/epoch.js';
import { EXACT_TABLE } from '../persistence/exact-table.js';

/** What became of a message: without its text, its code and its number. */
@Entity('phone_auth_message', EXACT_TABLE)
@Index(['provider', 'reference'])
export class PhoneAuthMessage {
  /** What whoever asked for the code holds: the id of the code, where this is the first message that carries it. */
  @PrimaryColumn({ type: 'varchar', length: 36 })
  id: string;

  /** 0, and one more for each provider that had it after another could not deliver it. */
  @PrimaryColumn({ type: 'integer' })
  attempt: number;

  /** `sent`, `delivered`, `failed`, or `passed-on`: not delivered, and given to another provider. */
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

  /** Whom it is for and which code it carries, encrypted, while another provider may still have to send it. */
  @Column({ name: 'sealed_to', type: 'text', nullable: true })
  sealedTo: string | null;

  @Index()
  @Column(epochColumn({ name: 'created_at' }))
  createdAt: number;

  @Column(epochColumn({ name: 'updated_at' }))
  updatedAt: number;
}
