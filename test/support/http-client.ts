import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import type { PhoneAuthErrorCode } from 'nestjs-phone-auth';

/** What the answers of the module have in common, as far as tests look at them. */
export interface AnswerBody {
  code?: PhoneAuthErrorCode;
  message?: string;
  token?: string | null;
  accessToken?: string;
  refreshToken?: string;
  isNewUser?: boolean;
  resendAfter?: number;
  tempToken?: string;
  challenge?: string;
  attemptsRemaining?: number;
  retryAfter?: number;
  user?: { id: string; phoneNumber: string | null };
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: AnswerBody;
}

export type RequestHeaders = Record<string, string>;

/** Milliseconds after which an answer that has not come counts as a hang. */
const PATIENCE = 15_000;

/**
 * A client that keeps its connections, so that parallel requests really are in flight together, and that sends whatever
 * bytes it is given. Listens on a port of its own.
 */
export class HttpClient {
  private constructor(
    private readonly port: number,
    private readonly agent: Agent,
  ) {}

  /** `connections` is how many requests are under way at most. */
  static async open(app: INestApplication, connections = 100): Promise<HttpClient> {
    const server = (await app.listen(0, '127.0.0.1')) as { address(): AddressInfo };
    return new HttpClient(server.address().port, new Agent({ keepAlive: true, maxSockets: connections }));
  }

  /** Where the application is reached, as a page of its own would name it. */
  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  post(path: string, body: object = {}, headers: RequestHeaders = {}): Promise<Answer> {
    return this.send('POST', path, JSON.stringify(body), { 'content-type': 'application/json', ...headers });
  }

  get(path: string, headers: RequestHeaders = {}): Promise<Answer> {
    return this.send('GET', path, undefined, headers);
  }

  send(
    method: string,
    path: string,
    body: string | undefined,
    headers: RequestHeaders = {},
  ): Promise<Answer> {
    return this.sendTo(method, `/auth${path}`, body, headers);
  }

  /** As {@link send}, to any path of the application. */
  sendTo(
    method: string,
    path: string,
    body: string | undefined,
    headers: RequestHeaders = {},
  ): Promise<Answer> {
    const bytes = body === undefined ? undefined : Buffer.from(body);
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          host: '127.0.0.1',
          port: this.port,
          path,
          method,
          agent: this.agent,
          timeout: PATIENCE,
          headers: { ...headers, ...(bytes && { 'content-length': bytes.length }) },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString();
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text,
              body: parse(text),
            });
          });
        },
      );
      outgoing.on('timeout', () => outgoing.destroy(new Error(`${method} ${path} hangs`)));
      outgoing.on('error', reject);
      outgoing.end(bytes);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

function parse(text: string): AnswerBody {
  try {
    return (JSON.parse(text) ?? {}) as AnswerBody;
  } catch {
    return {};
  }
}
