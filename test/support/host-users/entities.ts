import {
  Column,
  CreateDateColumn,
  DeleteDateColumn,
  Entity,
  Index,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  UpdateDateColumn,
} from 'typeorm';

/** Users as they often are: a serial id, an e-mail address that everybody has, names in the database's own style. */
@Entity('customers')
export class Customer {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ name: 'e_mail', type: 'varchar', length: 255, unique: true })
  mail: string;

  @Column({ name: 'display_name', type: 'varchar', length: 80 })
  displayName: string;

  @Column({ type: 'varchar', length: 8, default: 'en' })
  locale: string;

  @Column({ type: 'integer', nullable: true })
  age: number | null;

  @Column({ type: 'boolean', nullable: true })
  newsletter: boolean | null;

  @Column({ type: 'varchar', length: 20, nullable: true, unique: true })
  phone: string | null;

  @Column({ name: 'phone_verified', type: 'boolean', default: false })
  phoneVerified: boolean;

  @CreateDateColumn()
  createdAt: Date;
}

/** UUIDs, a moment in place of a flag, rows that are deleted softly and may keep their numbers. */
@Entity('members')
@Index(['mobile'], { unique: true, where: 'deleted_at IS NULL' })
export class Member {
  @PrimaryGeneratedColumn('uuid')
  uuid: string;

  @Column({ type: 'varchar', length: 120, nullable: true })
  name: string | null;

  @Column({ type: 'varchar', length: 16, nullable: true })
  mobile: string | null;

  @Column({ name: 'mobileVerifiedAt', nullable: true })
  mobileVerifiedAt: Date;

  @Column({ type: 'boolean', default: false })
  twoFactorEnabled: boolean;

  @UpdateDateColumn()
  updatedAt: Date;

  @DeleteDateColumn({ name: 'deleted_at' })
  gone: Date | null;
}

export class Contact {
  @Column({ type: 'varchar', length: 16, unique: true })
  phone: string;

  @Column({ type: 'boolean' })
  phoneOk: boolean;
}

/** Ids that the application makes, in the database's usual collation; a number that everybody has, inside another object. */
@Entity('people')
export class Person {
  @PrimaryColumn({ type: 'varchar', length: 36 })
  id: string;

  @Column(() => Contact, { prefix: 'contact_' })
  contact: Contact;

  @Column({ type: 'bigint', default: 0 })
  created: number;
}
