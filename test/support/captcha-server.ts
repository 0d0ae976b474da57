import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What the provider was asked: the fields of the form. */
export interface SiteVerifyForm {
  readonly secret?: string;
  readonly response?: string;
  readonly remoteip?: string;
  readonly sitekey?: string;
}

type CaptchaAnswer = (response: ServerResponse) => unknown;

const json =
  (body: unknown, status = 200): CaptchaAnswer =>
  (response) =>
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(typeof body === 'string' ? body : JSON.stringify(body));

/** What a provider in trouble answers, or one that is none. */
export const oddAnswers: Readonly<Record<string, CaptchaAnswer>> = {
  'a page of HTML': (response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>success: true</h1>'),
  'an outage': json('<h1>Bad gateway</h1>', 502),
  'a yes with status 500': json({ success: true }, 500),
  'a yes with status 403': json({ success: true }, 403),
  'a yes in words': json({ success: 'true' }),
  'a yes as a number': json({ success: 1 }),
  'a yes in a list': json([{ success: true }]),
  'a bare true': json('true'),
  null: json('null'),
  'no verdict': json({ hostname: 'app.example.com' }),
  nothing: json(''),
  'half of a yes': json('{"success": true'),
  'a yes that breaks off': (response) =>
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-length': 500 })
      .write('{"success": true}', () => response.destroy()),
  'a yes of a megabyte': json(`{"success": true, "more": "${'x'.repeat(1_000_000)}"}`),
  'the way to another server': (response) => response.writeHead(307, { location: '/elsewhere' }).end(),
  'a fault of our own': json({ success: false, 'error-codes': ['invalid-input-secret'] }),
  'a fault of its own': json({ success: false, 'error-codes': ['internal-error'] }),
};

/** The head and the first bytes of a yes, and then nothing more. */
export const stall: CaptchaAnswer = (response) =>
  response.writeHead(200, { 'content-type': 'application/json' }).write('{"success": true');

/** Never. */
export const hang: CaptchaAnswer = () => undefined;

/**
 * Speaks `siteverify` on loopback, as Turnstile, hCaptcha and reCAPTCHA do: a form in, JSON out. A token that
 * {@link solve} handed out is good once.
 */
export class CaptchaServer {
  /** Every question so far, oldest first. */
  readonly questions: SiteVerifyForm[] = [];
  /** Connections whose other side has gone before there was an answer. */
  dropped = 0;
  private readonly solved = new Map<string, object>();
  private answer: CaptchaAnswer | undefined;
  private tokens = 0;

  private constructor(
    private readonly server: Server,
    private readonly secret: string,
  ) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      void this.serve(request, response);
    });
  }

  static async start(secret: string): Promise<CaptchaServer> {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return new CaptchaServer(server, secret);
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/siteverify`;
  }

  /** A human solves a challenge: the token, whose verdict will have these fields. */
  solve(fields: object = {}): string {
    this.tokens += 1;
    const token = `token-${this.tokens}`;
    this.solved.set(token, { hostname: 'app.example.com', ...fields });
    return token;
  }

  /** Answers everything this way, until {@link reset}. */
  answerWith(answer: CaptchaAnswer): void {
    this.answer = answer;
  }

  reset(): void {
    this.questions.length = 0;
    this.dropped = 0;
    this.answer = undefined;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('close', () => {
      if (!response.writableEnded) this.dropped += 1;
    });
    const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
    const form: SiteVerifyForm = Object.fromEntries(new URLSearchParams(await text(request)));
    if (request.method !== 'POST' || request.url !== '/siteverify' || !isForm) {
      json({ success: false, 'error-codes': ['bad-request'] }, 400)(response);
      return;
    }
    this.questions.push(form);
    (this.answer ?? json(this.verdictOn(form)))(response);
  }

  private verdictOn({ secret, response: token = '' }: SiteVerifyForm): object {
    const no = (code: string) => ({ success: false, 'error-codes': [code] });
    if (secret !== this.secret) return no('invalid-input-secret');
    const fields = this.solved.get(token);
    if (!fields) return no(/^token-\d+$/.test(token) ? 'timeout-or-duplicate' : 'invalid-input-response');
    this.solved.delete(token);
    return { success: true, 'error-codes': [], challenge_ts: '2026-01-01T00:00:00Z', ...fields };
  }
}
