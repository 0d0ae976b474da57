import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { epochColumn } from '../persistence/epoch.js';
import { EXACT_TABLE } from '../persistence/exact-table.js';

/** A window that counts, where limits are counted in the database. Rows that are over are removed now and then. */
@Entity('phone_auth_quota', EXACT_TABLE)
export class PhoneAuthQuota {
  /** What is counted, and for whom. */
  @PrimaryColumn({ type: 'varchar', length: 191 })
  key: string;

  /** Fractions, because hits are given back in fractions; below zero it is credit. */
  @Column({ type: 'double precision' })
  hits: number;

  @Index()
  @Column(epochColumn({ name: 'ends_at' }))
  endsAt: number;
}
