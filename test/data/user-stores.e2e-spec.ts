import { TypeOrmModule } from '@nestjs/typeorm';
import { PhoneUserStore } from 'nestjs-phone-auth';
import { phoneUserStoreCases, type TestApp, type TestAppOptions } from 'nestjs-phone-auth/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Customer } from '../support/host-users/entities.js';
import { customers, members, people } from '../support/host-users/mappings.js';
import { RepositoryUserStore } from '../support/host-users/repository-user-store.js';
import { databaseNames, startOn } from '../support/platforms.js';

const stores: Record<string, Omit<TestAppOptions, 'adapter' | 'database'>> = {
  'the default store': {},
  'an entity with serial ids': { options: { users: customers } },
  'an entity with UUIDs and soft deletes': { options: { users: members } },
  'an entity with ids of its own and a number for everybody': { options: { users: people } },
  'a class of the host’s': {
    metadata: { imports: [TypeOrmModule.forFeature([Customer])] },
    options: { providers: [{ provide: PhoneUserStore, useClass: RepositoryUserStore }] },
  },
};

describe.each(databaseNames)('S3.27, R50 on %s', (database) => {
  describe.each(Object.entries(stores))('%s', (_, options) => {
    let t: TestApp;
    beforeAll(async () => {
      t = await startOn({ adapter: 'express', database }, options);
    });
    afterAll(() => t?.close());

    it.each(phoneUserStoreCases)('$name', async ({ check }) => {
      await expect(check({ app: t.app })).resolves.toBeUndefined();
    });
  });
});
