import { PhoneAuthService } from 'nestjs-phone-auth';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PhoneAuthPhoneState } from '../../src/codes/phone-state.entity.js';
import { SessionStore } from '../../src/sessions/session-store.js';
import { freshNumber } from '../support/api.js';
import { databaseNames } from '../support/platforms.js';
import { ServedApp, wrongCodes } from '../support/served-app.js';

describe.each(databaseNames)('3.7 erasing on %s', (database) => {
  let served: ServedApp;
  let service: PhoneAuthService;
  beforeAll(async () => {
    served = await ServedApp.on(
      { adapter: 'express', database, name: database },
      { options: { session: { strategy: 'token-pair' } } },
    );
    service = served.t.app.get(PhoneAuthService);
  });
  afterAll(() => served.close());

  /** The tables in which any of some values stands, and how often. */
  const found = async (...values: string[]) => {
    const tables: Record<string, number> = {};
    for (const { tableName, tablePath } of served.dataSource.entityMetadatas) {
      const rows: object[] = await served.dataSource.query(`SELECT * FROM ${tablePath}`);
      const count = rows.filter((row) => values.some((value) => JSON.stringify(row).includes(value))).length;
      if (count > 0) tables[tableName] = count;
    }
    return tables;
  };
  const withPassword = async () => {
    const { phoneNumber, userId } = await served.signIn();
    await served.http.post('/phone-number/request-password-reset', { phoneNumber });
    await served.t.settled();
    const otp = served.t.inbox.lastCodeFor(phoneNumber);
    await served.http.post('/phone-number/reset-password', {
      phoneNumber,
      otp,
      newPassword: 'correct horse',
    });
    const { bearer } = await served.signIn(phoneNumber);
    await served.codeFor(phoneNumber);
    return { phoneNumber, userId, bearer };
  };

  it('a user leaves nothing behind but what is counted about the number', async () => {
    const other = await withPassword();
    const { phoneNumber, userId, bearer } = await withPassword();
    expect(await found(phoneNumber, userId)).toEqual({
      phone_auth_user: 1,
      phone_auth_credential: 1,
      phone_auth_session: 1,
      phone_auth_refresh_token: 2,
      phone_auth_code: 1,
      phone_auth_phone_state: 1,
    });

    await service.eraseUser(userId);
    expect(await found(phoneNumber, userId)).toEqual({ phone_auth_phone_state: 1 });
    expect((await served.http.get('/get-session', bearer)).text).toBe('null');
    expect(await found(other.phoneNumber, other.userId)).toMatchObject({
      phone_auth_session: 1,
      phone_auth_user: 1,
    });

    served.t.clock.advance({ days: 31 });
    await service.cleanup();
    expect(await found(phoneNumber, userId)).toEqual({});
  });

  it('a number leaves its account, and an account without it stays', async () => {
    const { phoneNumber, userId } = await withPassword();
    served.t.clock.advance({ days: 1 });
    await service.eraseNumber(phoneNumber);
    expect(await found(phoneNumber)).toEqual({});
    expect(await found(userId)).toMatchObject({ phone_auth_user: 1, phone_auth_session: 1 });
    // whoever gets the number next is somebody else
    expect((await served.signIn(phoneNumber)).userId).not.toBe(userId);
  });

  it('R10, R25 brings nobody new tries or messages', async () => {
    const { phoneNumber, userId } = await served.signIn();
    const [guess = ''] = wrongCodes(await served.codeFor(phoneNumber), 1);
    await served.verify(phoneNumber, guess);
    const counted = () => served.rows(PhoneAuthPhoneState, { phoneNumber });
    const before = await counted();
    expect(before).toMatchObject([{ failuresInARow: 1, daySends: 2 }]);
    await service.eraseUser(userId);
    await service.eraseNumber(phoneNumber);
    expect(await counted()).toEqual(before);

    // after the day, what is left is the row of failures
    served.t.clock.advance({ days: 2 });
    await service.eraseNumber(phoneNumber);
    expect(await counted()).toHaveLength(1);
    await service.enableNumber(phoneNumber);
    await service.eraseNumber(phoneNumber);
    expect(await counted()).toEqual([]);
  });

  it('is done whole or not at all', async () => {
    const { phoneNumber, userId } = await withPassword();
    const before = await found(phoneNumber, userId);
    const sessions = served.t.app.get(SessionStore, { strict: false });
    const removeByUser = sessions.removeByUser.bind(sessions);
    vi.spyOn(sessions, 'removeByUser').mockImplementationOnce(async (...args) => {
      await removeByUser(...args);
      throw new Error('the process ends here');
    });
    await expect(service.eraseUser(userId)).rejects.toThrow('ends here');
    expect(await found(phoneNumber, userId)).toEqual(before);
  });

  it('who is not there is as good as erased', async () => {
    await service.eraseUser('nobody');
    await service.eraseNumber(freshNumber());
    await expect(service.eraseNumber('nobody')).rejects.toMatchObject({ code: 'INVALID_PHONE_NUMBER' });
  });
});
