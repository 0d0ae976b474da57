import { Controller, type INestApplication, Module, Post, VersioningType } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { TypeOrmModule } from '@nestjs/typeorm';
import { kavachos, PhoneAuthModule } from 'nestjs-phone-auth';
import { describePhoneAuth } from 'nestjs-phone-auth/openapi';
import { createTestApp, type TestApp } from 'nestjs-phone-auth/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { Document } from '../support/openapi.js';
import { makeAdapter } from '../support/platforms.js';

const secret = 'a secret of the host that is long enough';

@Controller('orders')
class OrderController {
  @Post()
  order() {}
}

@Controller('staff/auth')
class StaffController {
  @Post('sign-out')
  goHome() {}
}

const documentOf = (app: INestApplication, builder = new DocumentBuilder()): OpenAPIObject =>
  describePhoneAuth(app, SwaggerModule.createDocument(app, builder.build()));

describe.each(['express', 'fastify'] as const)('the OpenAPI document under %s', (adapter) => {
  let t: TestApp;
  afterEach(() => t.close());

  const start = async (options: Parameters<typeof createTestApp>[0] = {}) => {
    t = await createTestApp({ adapter: makeAdapter(adapter), ...options });
    return new Document(documentOf(t.app));
  };
  const full = {
    ...kavachos({ onSendCode: () => {} }),
    admin: { apiKeys: ['a-key-of-operators-that-nobody-guesses'] },
  };

  it('S3.50 is well-formed: references lead somewhere, ids are unique, schemas are schemas', async () => {
    const document = await start({ options: full });
    expect(document.json.openapi).toMatch(/^3\.0\./);
    expect(document.danglingReferences).toEqual([]);
    const ids = document.operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { requestBody, responses } of document.operations) {
      const contents = [requestBody, ...Object.values(responses)].flatMap((part) =>
        Object.values(part?.content ?? {}),
      );
      for (const { schema } of contents) expect(() => document.faults(schema, {})).not.toThrow();
    }
  });

  it('S3.50 says of every operation who may call it, what it answers and how it fails', async () => {
    const document = await start({ options: full });
    const schemes = Object.keys(document.json.components?.securitySchemes ?? {});
    expect(document.operations.length).toBeGreaterThan(30);
    for (const { verb, path, security, responses, parameters = [] } of document.operations) {
      const route = `${verb} ${path}`;
      expect(security, route).toBeDefined();
      expect(schemes, route).toEqual(expect.arrayContaining(security?.flatMap(Object.keys) ?? []));
      const statuses = Object.keys(responses);
      expect(
        statuses.filter((status) => status.startsWith('2')),
        route,
      ).toHaveLength(1);
      expect(statuses, route).toContain('503');
      for (const { description } of Object.values(responses)) expect(description, route).toBeTruthy();
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
      const declared = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
      expect(declared.toSorted(), route).toEqual(inPath.toSorted());
    }
  });

  it('S3.50 a dialect has its own errors, and is absent where it is not mounted', async () => {
    const document = await start({ options: full });
    const { responses } = document.find('post', '/auth/phone/verify-code');
    const codesOf = (status: string) => JSON.stringify(responses[status]?.content);
    expect(codesOf('401')).toContain('"enum":["INVALID_CODE","CODE_EXPIRED"]');
    expect(codesOf('422')).toContain('"enum":["PHONE_INVALID"]');
    expect(JSON.stringify(responses)).not.toMatch(/INVALID_OTP|OTP_EXPIRED/);

    await t.close();
    const without = await start();
    expect(() => without.find('post', '/auth/phone/verify-code')).toThrow('not in the document');
    expect(() => without.find('get', '/auth/plugins')).toThrow('not in the document');
    expect(Object.values(without.json.paths)).not.toContainEqual({});
  });

  it('leaves out what is mounted and that nobody can call: a factory without admin', async () => {
    @Module({
      imports: [
        TypeOrmModule.forRoot({ type: 'better-sqlite3', database: ':memory:', autoLoadEntities: true }),
        PhoneAuthModule.forRootAsync({ useFactory: () => ({ secret }) }),
      ],
    })
    class HostModule {}
    const document = await start({ module: HostModule });
    expect(Object.keys(document.json.paths).filter((path) => /plugins|webhooks/.test(path))).toEqual([]);
    expect(Object.values(document.json.paths)).not.toContainEqual({});
  });

  it('follows the prefix and the version, with the prefix in the document or without', async () => {
    const document = await start({
      options: { path: 'account/phone' },
      configure: (app) => {
        app.setGlobalPrefix('api');
        app.enableVersioning({ type: VersioningType.URI, defaultVersion: ['1', '2'] });
      },
    });
    const summary = { summary: 'Send a code that signs in' };
    expect(document.find('post', '/api/v1/account/phone/phone-number/send-otp')).toMatchObject(summary);
    const ids = document.operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const bare = SwaggerModule.createDocument(t.app, new DocumentBuilder().build(), {
      ignoreGlobalPrefix: true,
    });
    const other = new Document(describePhoneAuth(t.app, bare));
    expect(other.find('post', '/v1/account/phone/phone-number/send-otp')).toMatchObject(summary);
  });

  it('leaves what is the host’s as it is', async () => {
    t = await createTestApp({
      adapter: makeAdapter(adapter),
      metadata: { controllers: [OrderController, StaffController] },
    });
    const builder = () =>
      new DocumentBuilder().setTitle('Shop').addBearerAuth({ type: 'http', scheme: 'bearer' }, 'shop');
    const before = SwaggerModule.createDocument(t.app, builder().build());
    const after = documentOf(t.app, builder());
    expect(after.info).toEqual(before.info);
    for (const path of ['/orders', '/staff/auth/sign-out'])
      expect(after.paths[path]).toEqual(before.paths[path]);
    expect(after.components?.securitySchemes).toMatchObject({
      shop: { type: 'http', scheme: 'bearer' },
      phoneAuthCookie: { type: 'apiKey', in: 'cookie', name: 'better-auth.session_token' },
    });
  });

  it('names the users and the cookie of a second instance for themselves', async () => {
    const document = await start({
      metadata: {
        imports: [
          PhoneAuthModule.forRoot({
            secret: `${secret} for the staff`,
            path: 'staff',
            session: { cookie: { prefix: 'staff' } },
            additionalFields: { badge: { type: 'number' } },
          }),
        ],
      },
    });
    expect(document.danglingReferences).toEqual([]);
    const { schemas, securitySchemes } = document.json.components ?? {};
    expect(schemas?.['PhoneAuthUser']).not.toHaveProperty(['properties', 'badge']);
    expect(schemas?.['StaffPhoneAuthUser']).toHaveProperty(['properties', 'badge']);
    expect(securitySchemes).toMatchObject({ staffPhoneAuthCookie: { name: 'staff.session_token' } });
    expect(document.find('post', '/staff/revoke-sessions').security).toEqual([
      { staffPhoneAuthCookie: [] },
      { staffPhoneAuthBearer: [] },
    ]);
    expect(document.find('post', '/auth/revoke-sessions').security).toEqual([
      { phoneAuthCookie: [] },
      { phoneAuthBearer: [] },
    ]);
  });
});
