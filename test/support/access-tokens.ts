import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import type { AccessTokenClaims } from 'nestjs-phone-auth';
import type { TestApp } from 'nestjs-phone-auth/testing';
import { api } from './api.js';

type App = Pick<TestApp, 'app' | 'inbox' | 'settled'>;

/** The keys that an application publishes. */
export async function keysOf(t: App): Promise<JSONWebKeySet> {
  return (await api(t).get('/.well-known/jwks.json').expect(200)).body as JSONWebKeySet;
}

/** A new access token for a session. */
export async function accessTokenOf(t: App, headers: Record<string, string>): Promise<string> {
  const answer = await api(t).get('/token', headers).expect(200);
  return (answer.body as { token: string }).token;
}

/** What another service does that has the keys and a JWT library, at a moment. */
export function verifyWith(keys: JSONWebKeySet, token: string, at: number, expected: object = {}) {
  return jwtVerify<AccessTokenClaims>(token, createLocalJWKSet(keys), {
    algorithms: ['ES256'],
    typ: 'at+jwt',
    currentDate: new Date(at),
    ...expected,
  });
}

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
const decode = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString()) as JWTPayload;

/** The same token with other claims, or another header, under the signature that it had. */
export function altered(token: string, { header = {}, claims = {} }: { header?: object; claims?: object }) {
  const [head, body, signature] = token.split('.');
  return [encode({ ...decode(head), ...header }), encode({ ...decode(body), ...claims }), signature].join(
    '.',
  );
}

/** Publishes keys on loopback, or fails to. */
export class KeyServer {
  /** How often it was asked. */
  requests = 0;
  private status = 200;
  private body = '';
  private readonly server = createServer((_, response) => {
    this.requests += 1;
    if (this.status === 0) response.destroy();
    else response.writeHead(this.status, { 'content-type': 'application/json' }).end(this.body);
  });

  async listen(): Promise<this> {
    await new Promise<void>((listening) => this.server.listen(0, '127.0.0.1', listening));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/keys.json`;
  }

  publish(keys: JSONWebKeySet): void {
    this.answer(200, JSON.stringify(keys));
  }

  /** Status 0 breaks the connection. */
  answer(status: number, body = ''): void {
    this.status = status;
    this.body = body;
  }

  /** An address that the system has just given out, and where nobody listens any more. */
  static async abandoned(): Promise<URL> {
    const server = await new KeyServer().listen();
    const url = new URL(server.url);
    await server.close();
    return url;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }
}
