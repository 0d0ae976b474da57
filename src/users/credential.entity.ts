import { Column, Entity, PrimaryColumn } from 'typeorm';
import { epochColumn } from '../persistence/epoch.js';
import { EXACT_TABLE } from '../persistence/exact-table.js';

/** The password of a user who has one. It stands apart from the user, so that any user table can be beside it. */
@Entity('phone_auth_credential', EXACT_TABLE)
export class PhoneAuthCredential {
  @PrimaryColumn({ name: 'user_id', type: 'varchar', length: 64 })
  userId: string;

  /** A self-describing hash, as the {@link PasswordHasher} made it. */
  @Column({ name: 'password_hash', type: 'varchar', length: 512 })
  passwordHash: string;

  @Column(epochColumn({ name: 'updated_at' }))
  updatedAt: number;
}
