import { getDataSourceToken } from '@nestjs/typeorm';
import { phoneAuthEntities, QuotaStore } from 'nestjs-phone-auth';
import { createTestApp } from 'nestjs-phone-auth/testing';
import type { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { api } from '../support/api.js';
import { databaseNames, makeDatabase } from '../support/platforms.js';

describe.each(databaseNames)('renamed tables on %s', (database) => {
  it('S4.49 tables and columns can have other names', async () => {
    const schema = {
      user: { tableName: 'people', columns: { phoneNumber: 'phone', phoneNumberVerified: 'phone_ok' } },
      code: { tableName: 'verification', columns: { mac: 'value' } },
      session: { tableName: 'logins' },
      quota: { tableName: 'quotas', columns: { key: 'counted', hits: 'times', endsAt: 'until' } },
    };
    const own = await makeDatabase(database);
    const t = await createTestApp({
      options: { schema, limits: { storage: 'database' } },
      database: { ...own.options, autoLoadEntities: false, entities: phoneAuthEntities(schema) },
    });
    const { phoneNumber, bearer, user } = await api(t).signIn();
    expect((await api(t).get('/get-session', bearer)).body.user.id).toBe(user.id);
    await api(t).codeFor(phoneNumber);
    const source = t.app.get<DataSource>(getDataSourceToken());
    const path = (name: string) => source.getMetadata(name).tablePath;
    expect(await source.query(`SELECT phone, phone_ok FROM ${path('PhoneAuthUser')}`)).toEqual([
      { phone: phoneNumber, phone_ok: database === 'postgres' ? true : 1 },
    ]);
    expect(path('PhoneAuthUser')).toMatch(/people$/);
    expect(await source.query(`SELECT value FROM ${path('PhoneAuthCode')}`)).toHaveLength(1);
    expect(path('PhoneAuthSession')).toMatch(/logins$/);
    const quotas = t.app.get(QuotaStore, { strict: false });
    await quotas.take([{ key: 'something', limit: 5, window: 60_000 }]);
    await quotas.giveBack([{ key: 'something', hits: 0.5 }]);
    expect(await source.query(`SELECT counted, times FROM ${path('PhoneAuthQuota')}`)).toEqual([
      { counted: 'something', times: 0.5 },
    ]);
    expect(path('PhoneAuthQuota')).toMatch(/quotas$/);
    await expect(
      source
        .getRepository('PhoneAuthUser')
        .insert({ id: 'x', name: 'x', phoneNumber, createdAt: 0, updatedAt: 0 }),
    ).rejects.toThrow(/unique|duplicate/i);
    await t.close();
    await own.drop();
  });
});
