import { randomUUID } from 'node:crypto';
import { nodeAuth, type NodeAuthOptions, PhoneAuthUser } from 'nestjs-phone-auth';
import type { TestApp } from 'nestjs-phone-auth/testing';
import { DataSource } from 'typeorm';
import { Passwords } from '../../src/users/passwords.js';
import { freshNumber } from './api.js';

/** A page of the application, for requests with cookies. */
export const PAGE = { host: 'app.example.com', origin: 'https://app.example.com' };

export const SECRETS = {
  accessTokenSecret: 'signs access tokens, and is long enough',
  refreshTokenSecret: 'hashes refresh tokens, and is long enough',
};

/** An application that came from node-auth. */
export const fromNodeAuth = (options: Partial<NodeAuthOptions> = {}) =>
  nodeAuth({ ...SECRETS, sendSms: () => undefined, ...options });

/** An account as a host has it, with a proven number unless it is said otherwise. */
export async function addAccount(
  t: Pick<TestApp, 'app'>,
  { password, ...columns }: Partial<PhoneAuthUser> & { password?: string } = {},
) {
  const id = randomUUID();
  const account = {
    id,
    name: 'Ada',
    email: `${id}@example.com`,
    emailVerified: true,
    phoneNumber: freshNumber() as string | null,
    phoneNumberVerified: true,
    createdAt: 0,
    updatedAt: 0,
    ...columns,
  };
  await t.app.get(DataSource).getRepository(PhoneAuthUser).insert(account);
  if (password !== undefined) {
    const passwords = t.app.get(Passwords, { strict: false });
    await passwords.store(id, await passwords.hash(password));
  }
  return { ...account, phoneNumber: account.phoneNumber ?? '' };
}

/** `name=value` and the attributes of each cookie that an answer sets, by name. */
export function cookiesByName(answer: { headers: Record<string, unknown> }) {
  const lines = (answer.headers['set-cookie'] ?? []) as string[];
  return Object.fromEntries(
    lines.map((line) => {
      const [pair = '', ...attributes] = line.split('; ');
      return [pair.split('=')[0] ?? '', { pair, value: pair.slice(pair.indexOf('=') + 1), attributes }];
    }),
  );
}
