import type { TestApp } from 'nestjs-phone-auth/testing';
import { DataSource, type EntityTarget, type ObjectLiteral } from 'typeorm';
import { freshNumber } from './api.js';
import { type Answer, HttpClient, type RequestHeaders } from './http-client.js';
import { type platforms, startOn } from './platforms.js';

/** An application that listens on a port, a client for it, and a look into its tables. */
export class ServedApp {
  readonly dataSource: DataSource;

  private constructor(
    readonly t: TestApp,
    readonly http: HttpClient,
  ) {
    this.dataSource = t.app.get(DataSource);
  }

  /** On one of the platforms. The limit per address is off unless the options set it: it would be in the way. */
  static async on(
    platform: (typeof platforms)[number],
    { options, ...rest }: Parameters<typeof startOn>[1] = {},
  ): Promise<ServedApp> {
    return ServedApp.of(await startOn(platform, { ...rest, options: { rateLimit: false, ...options } }));
  }

  static async of(t: TestApp): Promise<ServedApp> {
    return new ServedApp(t, await HttpClient.open(t.app));
  }

  sendOtp(phoneNumber: string, headers?: RequestHeaders): Promise<Answer> {
    return this.http.post('/phone-number/send-otp', { phoneNumber }, headers);
  }

  /** Sends a code and returns it. */
  async codeFor(phoneNumber: string, headers?: RequestHeaders): Promise<string> {
    const { status } = await this.sendOtp(phoneNumber, headers);
    if (status !== 200) throw new Error(`send-otp answered ${status}`);
    await this.t.settled();
    return this.t.inbox.lastCodeFor(phoneNumber);
  }

  verify(phoneNumber: string, code: string, more: object = {}, headers?: RequestHeaders): Promise<Answer> {
    return this.http.post('/phone-number/verify', { phoneNumber, code, ...more }, headers);
  }

  /** Signs somebody in, who is new unless the number is known. */
  async signIn(phoneNumber = freshNumber()) {
    const { status, body, headers } = await this.verify(phoneNumber, await this.codeFor(phoneNumber));
    if (status !== 200 || !body.token || !body.user) throw new Error(`verify answered ${status}`);
    return {
      phoneNumber,
      token: body.token,
      userId: body.user.id,
      bearer: { authorization: `Bearer ${body.token}` },
      cookie: { cookie: (headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).join('; ') },
    };
  }

  /** The rows of a table, optionally those with certain values. */
  rows<Row extends ObjectLiteral>(entity: EntityTarget<Row>, where: Partial<Row> = {}): Promise<Row[]> {
    return this.dataSource.getRepository(entity).findBy(where);
  }

  async close(): Promise<void> {
    this.http.close();
    await this.t.close();
  }
}

/** How often each status occurs. */
export function statuses(answers: readonly Answer[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** How often each error code occurs. */
export function codes(answers: readonly Answer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { body } of answers) if (body.code) counts[body.code] = (counts[body.code] ?? 0) + 1;
  return counts;
}

/** So many runs of one thing, all started before the first has ended. */
export function parallel<T>(times: number, run: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: times }, (_, index) => run(index)));
}

/** Different codes, none of which is the right one. */
export function wrongCodes(right: string, count: number): string[] {
  const { length } = right;
  return Array.from({ length: count }, (_, index) =>
    String((Number(right) + 1 + index) % 10 ** length).padStart(length, '0'),
  );
}
