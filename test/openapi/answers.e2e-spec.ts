import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { kavachos, PhoneAuthError, RECEIPT_READERS, ReceiptReader } from 'nestjs-phone-auth';
import { describePhoneAuth } from 'nestjs-phone-auth/openapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshNumber, wrong } from '../support/api.js';
import type { Answer, RequestHeaders } from '../support/http-client.js';
import { Document, type FoundOperation } from '../support/openapi.js';
import { addAccount } from '../support/node-auth.js';
import { everyAdapterAndDatabase } from '../support/platforms.js';
import { ServedApp } from '../support/served-app.js';

const KEY = 'a-key-of-operators-that-nobody-guesses';
const OPERATOR = { authorization: `Bearer ${KEY}` };
const PROJECT = '/projects/shiny-wind-028834/branches/br-aged-salad-637688/auth';
const PASSWORD = 'correct horse';

class AcmeReceipts extends ReceiptReader {
  read({ headers }: { headers: Readonly<Record<string, unknown>> }) {
    if (headers['x-signed'] !== 'by acme') throw new PhoneAuthError('INVALID_RECEIPT');
    return null;
  }
}

type Body = Record<string, unknown>;

describe.each(everyAdapterAndDatabase)('real answers and the OpenAPI document on $name', (platform) => {
  let served: ServedApp;
  let document: Document;
  /** `post /auth/sign-out 200` for every answer that was held against the document. */
  const seen = new Set<string>();
  beforeAll(async () => {
    served = await ServedApp.on(platform, {
      options: {
        ...kavachos({ onSendCode: () => {} }),
        createUserOn: 'verify',
        dialects: ['kavachos', 'node-auth'],
        nodeAuth: { unknownAccounts: 'told' },
        additionalFields: { nickname: { type: 'string' }, secret: { type: 'string', returned: false } },
        channels: { voice: {} },
        webhooks: { endpointId: 'ep-1' },
        session: { strategy: 'token-pair' },
        admin: {
          apiKeys: [KEY],
          project: { projectId: 'shiny-wind-028834', branchId: 'br-aged-salad-637688' },
          allowedAttempts: true,
        },
        providers: [{ provide: RECEIPT_READERS, useValue: { acme: new AcmeReceipts() } }],
      },
    });
    const found = SwaggerModule.createDocument(served.t.app, new DocumentBuilder().build());
    document = new Document(describePhoneAuth(served.t.app, found));
  });
  afterAll(() => served.close());

  /** Sends a request and holds what comes back against the document. */
  const send = async (
    verb: string,
    path: string,
    body?: unknown,
    headers: RequestHeaders = {},
  ): Promise<Answer> => {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const type: RequestHeaders = text === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await served.http.send(verb.toUpperCase(), path, text, { ...type, ...headers });
    const operation = document.find(verb, `/auth${path}`);
    const what = `${verb} ${operation.path} ${answer.status}`;
    const response = operation.responses[answer.status];
    expect(response, `${what}: ${answer.text}`).toBeDefined();
    const schema = response?.content?.['application/json']?.schema;
    if (schema) expect(document.faults(schema, JSON.parse(answer.text)), what).toEqual([]);
    else expect(answer.text, what).toBe('');
    seen.add(what);
    return answer;
  };

  /** A request that succeeds, whose body the document allows. */
  const done = async (verb: string, path: string, body?: Body, headers?: RequestHeaders) => {
    const answer = await send(verb, path, body, headers);
    expect([200, 204], `${verb} ${path}: ${answer.text}`).toContain(answer.status);
    const schema = schemaOf(document.find(verb, `/auth${path}`));
    if (schema) expect(document.faults(schema, body), `body of ${verb} ${path}`).toEqual([]);
    await served.t.settled();
    return answer.body as Body & { token: string; challenge: string };
  };
  const schemaOf = ({ requestBody }: FoundOperation) => requestBody?.content['application/json']?.schema;

  const codeFor = async (phoneNumber: string) => {
    await done('post', '/phone-number/send-otp', { phoneNumber });
    return served.t.inbox.lastCodeFor(phoneNumber);
  };
  const signIn = async (phoneNumber = freshNumber()) => {
    const code = await codeFor(phoneNumber);
    const body = await done('post', '/phone-number/verify', { phoneNumber, code });
    return { phoneNumber, body, bearer: { authorization: `Bearer ${body.token}` } };
  };

  it('S3.50 of the phone-number dialect and of passwords', async () => {
    const phoneNumber = freshNumber();
    const { challenge } = await done('post', '/phone-number/send-otp', { phoneNumber, channel: 'sms' });
    await done('get', '/phone-number/delivery', undefined, { 'x-challenge': challenge });
    await send('get', '/phone-number/delivery', undefined, { 'x-challenge': 'none' });
    const code = served.t.inbox.lastCodeFor(phoneNumber);
    await send('post', '/phone-number/verify', { phoneNumber, code: wrong(code) });
    const proof = { phoneNumber, code, nickname: 'Ada', secret: 's', disableSession: true };
    const proven = await done('post', '/phone-number/verify', proof);
    expect(proven).toMatchObject({ token: null, user: { nickname: 'Ada' } });
    await send('post', '/phone-number/verify', { phoneNumber, code });

    await done('post', '/phone-number/request-password-reset', { phoneNumber });
    const otp = served.t.inbox.lastCodeFor(phoneNumber);
    await send('post', '/phone-number/reset-password', { phoneNumber, otp, newPassword: 'short' });
    await done('post', '/phone-number/reset-password', { phoneNumber, otp, newPassword: PASSWORD });
    await send('post', '/sign-in/phone-number', { phoneNumber, password: 'a wrong one' });
    const signedIn = await done('post', '/sign-in/phone-number', { phoneNumber, password: PASSWORD });
    await done('post', '/sign-in/phone-number', { phoneNumber, code: await codeFor(phoneNumber) });

    const bearer = { authorization: `Bearer ${signedIn.token}` };
    const passwords = { currentPassword: PASSWORD, newPassword: `${PASSWORD} staple` };
    await send('post', '/change-password', { ...passwords, currentPassword: 'wrong' }, bearer);
    await done('post', '/change-password', { ...passwords, revokeOtherSessions: true }, bearer);
  });

  it('S3.50 of sessions and tokens', async () => {
    const { body, bearer } = await signIn();
    await done('get', '/ok');
    await done('get', '/get-session');
    await done('get', '/get-session', undefined, bearer);
    await done('post', '/update-user', { name: 'Ada', image: null, nickname: null }, bearer);
    await send('post', '/update-user', { email: 'ada@example.com' }, bearer);
    await done('get', '/token', undefined, bearer);
    await done('get', '/.well-known/jwks.json');
    await done('post', '/refresh', { refreshToken: body['refreshToken'] });
    await send('post', '/refresh', {});
    expect((await send('post', '/refresh', { refreshToken: 'none' })).status).toBe(401);
    await done('get', '/list-sessions', undefined, bearer);
    await done('post', '/revoke-session', { token: 'somebody else’s' }, bearer);
    await done('post', '/revoke-other-sessions', undefined, bearer);
    await done('post', '/revoke-sessions', undefined, bearer);
    await done('post', '/sign-out');
  });

  it('S3.50 of the second factor and of step-up', async () => {
    const { phoneNumber, bearer } = await signIn();
    await done('post', '/step-up/send-otp', {}, bearer);
    const stepUpCode = served.t.inbox.lastCodeFor(phoneNumber);
    await send('post', '/step-up/verify', { code: wrong(stepUpCode) }, bearer);
    await done('post', '/step-up/verify', { code: stepUpCode }, bearer);

    await done('post', '/phone-number/request-password-reset', { phoneNumber });
    const otp = served.t.inbox.lastCodeFor(phoneNumber);
    await done('post', '/phone-number/reset-password', { phoneNumber, otp, newPassword: PASSWORD });
    const again = await signIn(phoneNumber);
    await send('post', '/two-factor/enable', { password: 'a wrong one' }, again.bearer);
    await done('post', '/two-factor/enable', { password: PASSWORD }, again.bearer);
    const { tempToken } = await done('post', '/sign-in/phone-number', { phoneNumber, password: PASSWORD });
    expect(tempToken).toEqual(expect.any(String));
    await send('post', '/two-factor/send-otp', {});
    await done('post', '/two-factor/send-otp', { tempToken });
    const code = served.t.inbox.lastCodeFor(phoneNumber);
    await send('post', '/two-factor/verify-otp', { tempToken, code: wrong(code) });
    await done('post', '/two-factor/verify-otp', { tempToken, code });
    await done('post', '/two-factor/disable', { password: PASSWORD }, again.bearer);
  });

  it('S3.50 of KavachOS', async () => {
    const phone = freshNumber();
    await done('post', '/phone/send-code', { phone });
    const code = served.t.inbox.lastCodeFor(phone);
    for (const path of ['/phone/verify-code', '/phone/verify']) {
      expect((await send('post', path, { phone, code: wrong(code) })).status).toBe(401);
      expect((await send('post', path, { phone: '12', code })).status).toBe(422);
    }
    await done('post', '/phone/verify-code', { phone, code });
    await done('post', '/phone/send-code', { phone });
    await done('post', '/phone/verify', { phone, code: served.t.inbox.lastCodeFor(phone) });
  });

  it('S3.50 of node-auth', async () => {
    const asBearer = { 'x-auth-strategy': 'bearer' };
    const { id: userId, email, phoneNumber } = await addAccount(served.t, { password: PASSWORD });
    const codeOf = async (who: Body) => {
      await done('post', '/sms/send', who);
      return served.t.inbox.lastCodeFor(phoneNumber);
    };
    await done('post', '/sms/verify', { userId, code: await codeOf({ userId }) });
    const code = await codeOf({ email });
    expect((await send('post', '/sms/verify', { email, code: wrong(code) })).status).toBe(401);
    const pair = await done('post', '/sms/verify', { email, code }, asBearer);
    expect((await send('post', '/sms/send', { userId: 'nobody' })).status).toBe(404);
    expect((await send('post', '/sms/send', {})).status).toBe(400);

    const bearer = { authorization: `Bearer ${String(pair['accessToken'])}` };
    await done('get', '/me', undefined, bearer);
    const other = freshNumber();
    await done('post', '/add-phone', { phoneNumber: other }, bearer);
    const otherCode = served.t.inbox.lastCodeFor(other);
    expect((await send('post', '/add-phone', { phoneNumber: other, code: '1' }, bearer)).status).toBe(400);
    await done('post', '/add-phone', { phoneNumber: other, code: otherCode }, bearer);
    const next = await done('post', '/refresh', { refreshToken: pair['refreshToken'] });
    expect((await send('post', '/refresh', {})).status).toBe(401);
    await done('post', '/logout', { refreshToken: next['refreshToken'] });

    const login = { email, password: PASSWORD };
    await done('post', '/login', login);
    expect((await send('post', '/login', { ...login, password: 'a wrong one' })).status).toBe(401);
    const signedIn = await signIn(other);
    await done('post', '/two-factor/enable', { password: PASSWORD }, signedIn.bearer);
    const { tempToken } = await done('post', '/login', login);
    await done('post', '/sms/send', { mode: '2fa', tempToken });
    const factor = { mode: '2fa', tempToken, code: served.t.inbox.lastCodeFor(other) };
    await done('post', '/sms/verify', factor, asBearer);
    expect((await send('post', '/sms/verify', factor)).status).toBe(401);
  });

  it('S3.50 of operators and of providers', async () => {
    for (const below of ['', PROJECT]) {
      await done('get', `${below}/plugins`, undefined, OPERATOR);
      await done('get', `${below}/plugins/phone-number`, undefined, OPERATOR);
      await done('patch', `${below}/plugins/phone-number`, { allowed_attempts: 5 }, OPERATOR);
      await done('get', `${below}/webhooks`, undefined, OPERATOR);
      const nowhere = { enabled: false, webhook_url: null, enabled_events: ['send.otp'] };
      await done('put', `${below}/webhooks`, nowhere, OPERATOR);
      await send('put', `${below}/webhooks`, { enabled: true }, OPERATOR);
    }
    const elsewhere = PROJECT.replace('shiny', 'other');
    expect((await send('get', `${elsewhere}/plugins`, undefined, OPERATOR)).status).toBe(404);
    await done('post', '/delivery/acme', {}, { 'x-signed': 'by acme' });
    expect((await send('post', '/delivery/acme', {})).status).toBe(403);
  });

  it('S3.50 of every route: a session is asked for where the document says so', async () => {
    const closed = document.operations.filter(
      ({ security = [] }) => security.length > 0 && !security.some((way) => Object.keys(way).length === 0),
    );
    expect(closed.length).toBeGreaterThan(10);
    for (const operation of closed) {
      const { status } = await send(operation.verb, pathOf(operation), validBody(operation));
      expect(status, operation.path).toBe(401);
    }
  });

  it('S3.50 of every route: a body is refused where the document does not allow it', async () => {
    const withBody = document.operations.filter(
      ({ responses, requestBody }) => requestBody && responses[415],
    );
    expect(withBody.length).toBeGreaterThan(15);
    const { bearer } = await signIn();
    for (const operation of withBody) {
      const path = pathOf(operation);
      const credentials = /\/(plugins|webhooks)/.test(path) ? OPERATOR : bearer;
      const schema = schemaOf(operation) as {
        properties: Record<string, { type?: string }>;
        required?: string[];
      };
      const valid = validBody(operation);
      const bodies = [
        ...(schema.required ?? []).map((field) => ({ ...valid, [field]: undefined })),
        ...Object.entries(schema.properties).map(([field, { type }]) => ({
          ...valid,
          [field]: type === 'array' ? 'x' : [],
        })),
        { ...valid, somethingElse: 'x' },
      ];
      for (const body of bodies) {
        const what = `${path} ${JSON.stringify(body)}`;
        const asSent = JSON.parse(JSON.stringify(body)) as Body;
        expect(document.faults(schema, asSent), what).not.toEqual([]);
        expect((await send(operation.verb, path, body, credentials)).status, what).toBe(400);
      }
      const form = await send(operation.verb, path, 'a=b', { 'content-type': 'text/plain', ...credentials });
      expect(form.status, path).toBe(415);
    }
  });

  it('S3.50 no route was left out', () => {
    const successes = document.operations.map(({ verb, path, responses }) => {
      const status = Object.keys(responses).find((candidate) => candidate.startsWith('2'));
      return `${verb} ${path} ${status}`;
    });
    expect(successes.filter((what) => !seen.has(what))).toEqual([]);
  });

  /** Below the module's path, with what operators call their project. */
  const pathOf = ({ path }: FoundOperation) =>
    path.slice('/auth'.length).replace('/projects/{projectId}/branches/{branchId}/auth', PROJECT);

  /** The least that the document allows. */
  function validBody(operation: FoundOperation): Body | undefined {
    const schema = schemaOf(operation) as
      { required?: string[]; oneOf?: { required: string[] }[] } | undefined;
    if (!schema) return undefined;
    const required = [...(schema.required ?? []), ...(schema.oneOf?.[0]?.required ?? [])];
    const values: Body = {
      enabled: true,
      code: '123456',
      otp: '123456',
      phoneNumber: '+12025550123',
      phone: '+12025550123',
    };
    return Object.fromEntries(required.map((field) => [field, values[field] ?? 'correct horse']));
  }
});

it('S3.50 of refresh, where node-auth’s route of that name is not mounted', async () => {
  const [platform] = everyAdapterAndDatabase;
  if (!platform) throw new Error('there is no platform');
  const served = await ServedApp.on(platform, { options: { session: { strategy: 'token-pair' } } });
  const found = SwaggerModule.createDocument(served.t.app, new DocumentBuilder().build());
  const document = new Document(describePhoneAuth(served.t.app, found));
  const { responses } = document.find('post', '/auth/refresh');
  const faultsOf = ({ status, body }: Answer) =>
    document.faults(responses[status]?.content?.['application/json']?.schema ?? { not: {} }, body);

  const phoneNumber = freshNumber();
  const { body } = await served.verify(phoneNumber, await served.codeFor(phoneNumber));
  const { refreshToken } = body as { refreshToken?: string };
  const refreshed = await served.http.post('/refresh', { refreshToken });
  const refused = await served.http.post('/refresh', { refreshToken: 'none' });
  await served.close();
  expect([refreshed, refused].map((answer) => [answer.status, faultsOf(answer)])).toEqual([
    [200, []],
    [401, []],
  ]);
});
