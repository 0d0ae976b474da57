import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PhoneAuthCode } from '../../src/codes/code.entity.js';
import type { Answer, RequestHeaders } from '../support/http-client.js';
import { oddBodies, oddHeaders, oddQueries } from '../support/odd-requests.js';
import { platforms } from '../support/platforms.js';
import { ServedApp } from '../support/served-app.js';

/** Requests per route: all of them on the fastest platform and the routes that everybody can reach, a sample elsewhere. */
const RUNS = Number(process.env['PHONE_AUTH_FUZZ_RUNS'] ?? 10_000);
const SAMPLE = Math.ceil(RUNS / 50);
const runsOn = ({ name }: (typeof platforms)[number]) => (name === 'fastify, sqlite' ? RUNS : SAMPLE);

/** Requests in flight together. */
const BATCH = 25;
const timeout = 300_000;

/** What tells a stranger how the server is made. */
const INTERNALS =
  /\bat .*\(|\.[cm]?[jt]s:\d|node_modules|file:\/\/|\/src\/|\/dist\/|typeorm|sqlite|postgres|\bpg\b|express|fastify|FST_ERR|class-validator|\b(select|insert into|update|delete from)\b .*(phone_auth|"|\?|\$1)|SQLSTATE|syntax error at|constraint|RangeError|TypeError|Maximum call stack/i;

/** Names of fields that the client itself sent: an answer may repeat them, and chance may call one `pg`. */
const NAMES_SENT = /\[body\.[\w?]+\]|\w+ is not allowed to be set/g;

const ROUTES = [
  '/phone-number/send-otp',
  '/phone-number/verify',
  '/sign-in/phone-number',
  '/update-user',
  '/sign-out',
];

const SAMPLED_ROUTES = [
  '/phone-number/request-password-reset',
  '/phone-number/reset-password',
  '/change-password',
  '/revoke-session',
  '/sms/send',
  '/sms/verify',
  '/login',
  '/refresh',
  '/logout',
  '/add-phone',
];

/** On these a session of the caller's own would end, and the other requests need it. */
const ENDS_SESSIONS = new Set(['/sign-out', '/logout', '/phone-number/reset-password']);

/** Sends what `make` makes of every value, in batches. Says which answer was not as it has to be, if any. */
async function bombard<T>(
  values: fc.Arbitrary<T>,
  times: number,
  make: (value: T) => Promise<Answer>,
): Promise<string> {
  const batches = fc.array(values, { minLength: BATCH, maxLength: BATCH });
  const result = await fc.check(
    fc.asyncProperty(batches, async (batch) => {
      const answers = await Promise.all(batch.map(make));
      answers.forEach(({ status, text }, index) => {
        if (status < 400 || (status < 500 && !INTERNALS.test(text.replace(NAMES_SENT, '')))) return;
        throw new Error(`${JSON.stringify(batch[index]).slice(0, 500)} was answered ${status} ${text}`);
      });
    }),
    { numRuns: Math.ceil(times / BATCH), endOnFailure: true },
  );
  return result.failed ? `seed ${result.seed}: ${String(result.errorInstance)}` : 'withstood';
}

describe.each(platforms)('odd requests on $name', (platform) => {
  let served: ServedApp;
  let session: RequestHeaders;
  beforeAll(async () => {
    served = await ServedApp.on(platform, {
      options: { dialects: ['node-auth'], session: { strategy: 'token-pair' } },
    });
    session = (await served.signIn()).bearer;
  });
  afterAll(() => served.close());

  it.each([...ROUTES, ...SAMPLED_ROUTES])(
    '8.17, A23, A24 any body to %s: never a 5xx, never a hang, nothing internal',
    { timeout },
    async (route) => {
      const credentials = ENDS_SESSIONS.has(route) ? {} : session;
      const times = SAMPLED_ROUTES.includes(route) ? SAMPLE : runsOn(platform);
      const outcome = await bombard(oddBodies, times, ({ body, headers }) =>
        served.http.send('POST', route, body, { ...credentials, ...headers }),
      );
      expect(outcome).toBe('withstood');
    },
  );

  it(
    '8.17, A23, A24 any query to get-session: never a 5xx, never a hang, nothing internal',
    { timeout },
    async () => {
      const outcome = await bombard(oddQueries, runsOn(platform), (query) =>
        served.http.get(`/get-session${query}`, session),
      );
      expect(outcome).toBe('withstood');
    },
  );

  it.each(['/phone-number/send-otp', '/phone-number/verify', '/update-user'])(
    '8.17, A24 any legal header to %s: never a 5xx, nothing internal',
    { timeout },
    async (route) => {
      const body = { phoneNumber: '+12025550188', code: '123456', name: 'n' };
      const outcome = await bombard(oddHeaders, Math.ceil(runsOn(platform) / 10), (headers) =>
        served.http.post(route, body, headers),
      );
      expect(outcome).toBe('withstood');
    },
  );

  it('8.17, A24 any legal header to get-session: never a 5xx, nothing internal', { timeout }, async () => {
    const outcome = await bombard(oddHeaders, Math.ceil(runsOn(platform) / 10), (headers) =>
      served.http.get('/get-session', headers),
    );
    expect(outcome).toBe('withstood');
  });

  it('8.17, A24 after all of that the application works as before', async () => {
    await served.signIn();
    expect((await served.http.get('/get-session', session)).body.user?.id).toEqual(expect.any(String));
    expect((await served.rows(PhoneAuthCode)).every(({ attempts }) => attempts >= 0)).toBe(true);
  });
});
