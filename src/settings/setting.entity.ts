import { Column, Entity, PrimaryColumn } from 'typeorm';
import { epochColumn } from '../persistence/epoch.js';
import { EXACT_TABLE } from '../persistence/exact-table.js';

/** What an operator has set while the application ran. What has no row is as the options say. */
@Entity('phone_auth_setting', EXACT_TABLE)
export class PhoneAuthSetting {
  @PrimaryColumn({ type: 'varchar', length: 32 })
  name: string;

  /** JSON. */
  @Column({ type: 'text' })
  value: string;

  /** One more with every change: a change names the version that it saw. */
  @Column({ type: 'integer' })
  version: number;

  @Column(epochColumn({ name: 'updated_at' }))
  updatedAt: number;
}
