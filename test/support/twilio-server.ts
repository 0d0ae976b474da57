import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A message that "Twilio" was asked to send. */
export interface TwilioRequest {
  readonly accountSid: string;
  readonly username: string;
  /** The form fields, as Twilio names them: `To`, `From`, `Body` …. */
  readonly form: Readonly<Record<string, string>>;
  /** Settles when the connection of this request is gone or its answer has been sent. */
  readonly over: Promise<void>;
}

/** How the server answers a request that is in order. */
export type TwilioAnswer = (request: TwilioRequest, response: ServerResponse) => unknown;

const json = (response: ServerResponse, status: number, body: unknown) => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

const created: TwilioAnswer = ({ accountSid, form }, response) =>
  json(response, 201, {
    sid: `SM${'0'.repeat(32)}`,
    account_sid: accountSid,
    status: form['MessagingServiceSid'] ? 'accepted' : 'queued',
    to: form['To'],
    from: form['From'] ?? null,
    messaging_service_sid: form['MessagingServiceSid'] ?? null,
    body: form['Body'],
    error_code: null,
    error_message: null,
  });

/** Twilio's error resource. Like the real one, it repeats what it was given. */
const refused =
  (status: number, code: number): TwilioAnswer =>
  ({ form }, response) =>
    json(response, status, {
      code,
      message: `The 'To' number ${form['To']} is refused; the message was ${form['Body']}`,
      more_info: `https://www.twilio.com/docs/errors/${code}`,
      status,
    });

/** Accepted, and known already to fail. */
const createdAsFailed =
  (code: number): TwilioAnswer =>
  ({ form }, response) =>
    json(response, 201, { status: 'failed', body: form['Body'], error_code: code });

/** What a load balancer in trouble says. */
const outage: TwilioAnswer = (_, response) =>
  response.writeHead(500, { 'content-type': 'text/html' }).end('<h1>Internal Server Error</h1>');

/** Never. */
const hang: TwilioAnswer = () => undefined;

/** The head and the first bytes, and then nothing more. */
const stall: TwilioAnswer = (_, response) =>
  response.writeHead(201, { 'content-type': 'application/json' }).write('{"sid":');

/** Half of the answer, and the connection breaks. */
const breakOff: TwilioAnswer = ({ form }, response) =>
  response
    .writeHead(201, { 'content-type': 'application/json', 'content-length': 500 })
    .write(`{"body":"${form['Body']}"`, () => response.destroy());

const malformed: TwilioAnswer = ({ form }, response) =>
  response.writeHead(201, { 'content-type': 'application/json' }).end(`{"body": ${form['Body']}`);

/** What Twilio may answer. */
export const answers = { created, createdAsFailed, refused, outage, hang, stall, breakOff, malformed };

const MESSAGES = /^\/2010-04-01\/Accounts\/(AC[0-9a-f]{32})\/Messages\.json$/;

/** Speaks Twilio's Messages resource on loopback, for the real SDK. */
export class TwilioServer {
  /** Every request in order so far, oldest first. */
  readonly requests: TwilioRequest[] = [];
  private answer: TwilioAnswer = created;

  private constructor(
    private readonly server: Server,
    /** User name to password, as in Basic auth: an account with its token, or an API key with its secret. */
    private readonly credentials: Readonly<Record<string, string>>,
  ) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      void this.serve(request, response);
    });
  }

  static async start(credentials: Readonly<Record<string, string>>): Promise<TwilioServer> {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return new TwilioServer(server, credentials);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  answerWith(answer: TwilioAnswer): void {
    this.answer = answer;
  }

  /** Forgets what was asked and answers as on the first day. */
  reset(): void {
    this.requests.length = 0;
    this.answer = created;
  }

  /** The last message to a number. */
  lastTo(phoneNumber: string): TwilioRequest {
    const last = this.requests.findLast(({ form }) => form['To'] === phoneNumber);
    if (!last) throw new Error(`Twilio was not asked to send anything to ${phoneNumber}`);
    return last;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const over = new Promise<void>((resolve) => response.on('close', resolve));
    const accountSid = MESSAGES.exec(request.url ?? '')?.[1];
    const username = this.authenticate(request.headers.authorization);
    const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
    const form = Object.fromEntries(new URLSearchParams(await text(request)));
    const error = (status: number, code: number, message: string) =>
      json(response, status, { code, message, status });

    if (request.method !== 'POST' || !accountSid)
      return error(404, 20404, 'The requested resource was not found');
    if (!username) return error(401, 20003, 'Authenticate');
    if (!isForm || !form['To']) return error(400, 21604, "A 'To' phone number is required.");
    if (!form['From'] && !form['MessagingServiceSid'])
      return error(400, 21603, "A 'From' phone number is required.");
    if (!form['Body']) return error(400, 21602, 'Message body is required.');

    const accepted: TwilioRequest = { accountSid, username, form, over };
    this.requests.push(accepted);
    this.answer(accepted, response);
  }

  /** The user, where name and password belong together. */
  private authenticate(header = ''): string | undefined {
    const [scheme, value = ''] = header.split(' ');
    const [username = '', password] = Buffer.from(value, 'base64').toString().split(':');
    return scheme === 'Basic' && password && this.credentials[username] === password ? username : undefined;
  }
}
