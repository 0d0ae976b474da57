import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import {
  type E164,
  type NewPhoneUser,
  type PhoneUser,
  type PhoneUserChanges,
  PhoneUserStore,
  type Transaction,
} from 'nestjs-phone-auth';
import { type DataSource, type FindOptionsWhere, QueryFailedError, type Repository } from 'typeorm';
import { Customer } from './entities.js';

/** A store as an application writes it, with TypeORM's repository. */
@Injectable()
export class RepositoryUserStore extends PhoneUserStore {
  constructor(@Inject(getDataSourceToken()) private readonly dataSource: DataSource) {
    super();
  }

  override findByPhoneNumber(phone: E164): Promise<PhoneUser | null> {
    return read(this.users(), { phone });
  }

  override async findById(id: string): Promise<PhoneUser | null> {
    return isKey(id) ? read(this.users(), { id: Number(id) }) : null;
  }

  override create(user: NewPhoneUser, transaction?: Transaction): Promise<PhoneUser | null> {
    const { phoneNumber: phone, phoneNumberVerified: phoneVerified, name } = user;
    return nullWhereTaken(async () => {
      const users = this.users(transaction);
      await users.insert({ mail: `${randomUUID()}@phone.example`, displayName: name, phone, phoneVerified });
      return read(users, { phone });
    });
  }

  override async update(
    key: string,
    changes: PhoneUserChanges,
    transaction?: Transaction,
  ): Promise<PhoneUser | null> {
    if (!isKey(key)) return null;
    const id = Number(key);
    const { name, phoneNumber, phoneNumberVerified } = changes;
    return nullWhereTaken(async () => {
      const users = this.users(transaction);
      await users.update(id, {
        ...(name !== undefined && { displayName: name }),
        ...(phoneNumber !== undefined && { phone: phoneNumber }),
        ...(phoneNumberVerified !== undefined && { phoneVerified: phoneNumberVerified }),
      });
      return read(users, { id });
    });
  }

  private users(transaction?: Transaction): Repository<Customer> {
    return (transaction?.manager ?? this.dataSource).getRepository(Customer);
  }
}

const isKey = (id: string): boolean => /^\d{1,9}$/.test(id);

async function read(
  users: Repository<Customer>,
  where: FindOptionsWhere<Customer>,
): Promise<PhoneUser | null> {
  const row = await users.findOneBy(where);
  return (
    row && {
      id: String(row.id),
      name: row.displayName,
      email: row.mail,
      emailVerified: false,
      image: null,
      phoneNumber: row.phone as E164 | null,
      phoneNumberVerified: row.phoneVerified,
      fields: {},
      createdAt: row.createdAt,
      updatedAt: row.createdAt,
    }
  );
}

const TAKEN = ['23505', 'ER_DUP_ENTRY', 'SQLITE_CONSTRAINT_UNIQUE'];

async function nullWhereTaken(write: () => Promise<PhoneUser | null>): Promise<PhoneUser | null> {
  try {
    return await write();
  } catch (error) {
    const { code } = error as { code?: string };
    if (error instanceof QueryFailedError && TAKEN.includes(code ?? '')) return null;
    throw error;
  }
}
