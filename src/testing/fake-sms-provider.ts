import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request that a sender made. @publicApi */
export interface ProviderRequest {
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The body's fields, of a form or of JSON. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Settles when the answer is out, or the connection gone. */
  readonly over: Promise<void>;
}

/** @publicApi */
export interface ProviderAnswer {
  readonly status: number;
  /** Text is sent as it is, everything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * How one provider speaks.
 *
 * @publicApi
 */
export interface ProviderDialect {
  /** Its answer to a message that it takes. */
  readonly accepts: (request: ProviderRequest) => ProviderAnswer;
  /** Its answer to a message that it does not take: the error that its manual has for it. */
  readonly refuses: (request: ProviderRequest) => ProviderAnswer;
  /** What it answers to a request that is wrong in itself, such as one without credentials. */
  readonly checks?: (request: ProviderRequest) => ProviderAnswer | undefined;
}

/**
 * What the provider does with a request:
 *
 * - `accept`, `refuse`: as its manual has it
 * - `outage`: 500, with the page of a load balancer
 * - `hang`: nothing at all, for ever
 * - `stall`: takes the message, and stops in the middle of the answer
 * - `cut`: takes the message, and the connection breaks in the middle of the answer
 * - `break`: takes the message, and the connection breaks before the answer
 * - `garble`: takes the message, and answers what nobody can read
 *
 * Or an answer of your own.
 *
 * @publicApi
 */
export type ProviderMood =
  | 'accept'
  | 'refuse'
  | 'outage'
  | 'hang'
  | 'stall'
  | 'cut'
  | 'break'
  | 'garble'
  | ((request: ProviderRequest) => ProviderAnswer | Promise<ProviderAnswer>);

/** In these the provider has the message, and charges for it, whatever the sender hears. */
const CHARGED: ReadonlySet<ProviderMood> = new Set(['accept', 'stall', 'cut', 'break', 'garble']);

/**
 * An SMS provider on loopback that can do everything that real ones do on a bad day.
 *
 * @example
 * ```ts
 * const provider = await FakeSmsProvider.start({
 *   accepts: () => ({ status: 202, body: { id: 'm-1' } }),
 *   refuses: () => ({ status: 400, body: { error: 'no such number' } }),
 * });
 * provider.behave('hang');
 * ```
 * @publicApi
 */
export class FakeSmsProvider {
  /** Every request so far, oldest first. */
  readonly requests: ProviderRequest[] = [];
  private messages = 0;
  private mood: ProviderMood = 'accept';

  private constructor(
    private readonly server: Server,
    /** How it speaks. */
    readonly dialect: ProviderDialect,
  ) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      void this.serve(request, response);
    });
  }

  static async start(dialect: ProviderDialect): Promise<FakeSmsProvider> {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return new FakeSmsProvider(server, dialect);
  }

  /** `http://127.0.0.1:<port>` */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** How many messages it took, and would charge for. */
  get charged(): number {
    return this.messages;
  }

  /** What it does from here on. */
  behave(mood: ProviderMood): void {
    this.mood = mood;
  }

  /** Forgets everything and accepts again. */
  reset(): void {
    this.requests.length = 0;
    this.messages = 0;
    this.mood = 'accept';
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const over = new Promise<void>((resolve) => response.on('close', resolve));
    const asked = await read(request, over);
    this.requests.push(asked);
    const wrong = this.dialect.checks?.(asked);
    if (wrong) return write(response, wrong);
    const { mood } = this;
    if (CHARGED.has(mood)) this.messages += 1;
    if (typeof mood === 'function') return write(response, await mood(asked));
    this.answer(mood, asked, response);
  }

  private answer(mood: ProviderMood & string, asked: ProviderRequest, response: ServerResponse): void {
    const took = CHARGED.has(mood) ? this.dialect.accepts(asked) : { status: 500 };
    const half = bodyOf(took).slice(0, 10);
    switch (mood) {
      case 'accept':
        return write(response, took);
      case 'refuse':
        return write(response, this.dialect.refuses(asked));
      case 'outage':
        return write(response, { status: 500, body: '<h1>Internal Server Error</h1>' });
      case 'garble':
        return write(response, { ...took, body: `<<${half}` });
      case 'break':
        response.destroy();
        return;
      case 'stall':
      case 'cut':
        response
          .writeHead(took.status, { 'content-type': 'application/json', 'content-length': 4_000 })
          .write(half || ' ', () => mood === 'cut' && response.destroy());
        return;
      case 'hang':
    }
  }
}

const bodyOf = ({ body = '' }: ProviderAnswer) => (typeof body === 'string' ? body : JSON.stringify(body));

function write(response: ServerResponse, answer: ProviderAnswer): void {
  const type = typeof answer.body === 'string' ? 'text/html' : 'application/json';
  response.writeHead(answer.status, { 'content-type': type, ...answer.headers }).end(bodyOf(answer));
}

async function read(request: IncomingMessage, over: Promise<void>): Promise<ProviderRequest> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
  const body = await text(request);
  return {
    method: request.method ?? '',
    path: pathname,
    query: Object.fromEntries(searchParams),
    headers: request.headers,
    body,
    fields: fieldsOf(body, request.headers['content-type'] ?? ''),
    over,
  };
}

function fieldsOf(body: string, type: string): Record<string, unknown> {
  if (type.startsWith('application/json')) return JSON.parse(body || '{}') as Record<string, unknown>;
  return Object.fromEntries(new URLSearchParams(body));
}
