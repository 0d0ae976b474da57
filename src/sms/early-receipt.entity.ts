import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { epochColumn } from '../persistence/epoch.js';
import { EXACT_TABLE } from '../persistence/exact-table.js';

/** A receipt for a message that is not known yet: providers can be faster than their own answer to the sender. */
@Entity('phone_auth_early_receipt', EXACT_TABLE)
export class PhoneAuthEarlyReceipt {
  @PrimaryColumn({ type: 'varchar', length: 128 })
  reference: string;

  /** The name under which the receipt came. */
  @PrimaryColumn({ type: 'varchar', length: 64 })
  provider: string;

  /** `delivered` or `failed`. */
  @Column({ type: 'varchar', length: 16 })
  status: string;

  @Index()
  @Column(epochColumn({ name: 'created_at' }))
  createdAt: number;
}
