import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { WebhookEvent } from '../../src/webhooks/webhook-event.js';
import { RECEIVER_CERTIFICATE, RECEIVER_KEY } from './receiver-certificate.js';

/** An event that arrived, as it came. */
export interface Delivery {
  readonly headers: Readonly<Record<string, string>>;
  readonly rawBody: string;
  readonly event: WebhookEvent;
  /** Settles when the answer is out, or the connection gone. */
  readonly over: Promise<void>;
}

type Answer = (delivery: Delivery, response: ServerResponse) => unknown;

const yes: Answer = (_, response) => response.writeHead(200).end('{"received":true}');

/** A receiver of webhooks on loopback, which can do everything that real ones do on a bad day. */
export class WebhookReceiver {
  /** Every delivery so far, oldest first. */
  readonly deliveries: Delivery[] = [];
  private answer: Answer = yes;

  private constructor(
    private readonly server: Server,
    private readonly scheme: 'http' | 'https',
  ) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      void this.take(request, response);
    });
  }

  static async start(scheme: 'http' | 'https' = 'http'): Promise<WebhookReceiver> {
    const tls = { cert: RECEIVER_CERTIFICATE, key: RECEIVER_KEY };
    const server = scheme === 'https' ? createTlsServer(tls) : createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return new WebhookReceiver(server, scheme);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Where it is, optionally by a name that a test resolves. */
  url(host = '127.0.0.1'): string {
    return `${this.scheme}://${host}:${this.port}/hooks`;
  }

  /** How it answers from here on: a status, or by itself. */
  behave(answer: number | Answer): void {
    this.answer = typeof answer === 'number' ? (_, response) => response.writeHead(answer).end('{}') : answer;
  }

  /** Forgets everything, and says yes again. */
  reset(): void {
    this.deliveries.length = 0;
    this.answer = yes;
  }

  /** What arrived of a type. */
  events<Type extends WebhookEvent['event_type']>(type: Type): Extract<WebhookEvent, { event_type: Type }>[] {
    return this.deliveries
      .map(({ event }) => event)
      .filter((event): event is Extract<WebhookEvent, { event_type: Type }> => event.event_type === type);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const over = new Promise<void>((resolve) => response.on('close', resolve));
    const rawBody = await text(request);
    const delivery: Delivery = {
      headers: request.headers as Record<string, string>,
      rawBody,
      event: JSON.parse(rawBody) as WebhookEvent,
      over,
    };
    this.deliveries.push(delivery);
    await this.answer(delivery, response);
  }
}
