import { Column, Entity, PrimaryColumn } from 'typeorm';
import { epochColumn } from '../persistence/epoch.js';
import { EXACT_TABLE } from '../persistence/exact-table.js';

/**
 * The account of the default {@link PhoneUserStore}. The number is unique where it is set: two accounts can never hold
 * one number, whatever races (S1.48, 8.19).
 *
 * @publicApi
 */
@Entity('phone_auth_user', EXACT_TABLE)
export class PhoneAuthUser {
  @PrimaryColumn({ type: 'varchar', length: 36 })
  id: string;

  @Column({ type: 'varchar', length: 255 })
  name: string;

  /** In lower case: so it is looked for. */
  @Column({ type: 'varchar', length: 320, nullable: true, unique: true })
  email: string | null;

  @Column({ name: 'email_verified', type: 'boolean', default: false })
  emailVerified: boolean;

  @Column({ type: 'varchar', length: 2048, nullable: true })
  image: string | null;

  @Column({ name: 'phone_number', type: 'varchar', length: 16, nullable: true, unique: true })
  phoneNumber: string | null;

  @Column({ name: 'phone_number_verified', type: 'boolean', default: false })
  phoneNumberVerified: boolean;

  /** Whether a password alone does not sign in: it takes a code to the number as well. */
  @Column({ name: 'two_factor_enabled', type: 'boolean', default: false })
  twoFactorEnabled: boolean;

  /** The values of the host's `additionalFields`, as JSON. */
  @Column({ type: 'text', nullable: true })
  fields: string | null;

  @Column(epochColumn({ name: 'created_at' }))
  createdAt: number;

  @Column(epochColumn({ name: 'updated_at' }))
  updatedAt: number;
}
