import type { Readable } from 'node:stream';
import { PhoneAuthError } from '../../errors/phone-auth.error.js';

/** SNS lets a message be 256 kB long, and puts it into JSON. */
const SIZE = 1_048_576;

/** What is asked of a request: Express hands out Node's own, and Fastify one that it has read. */
export interface ReceiptHttpRequest extends Partial<Pick<Readable, 'readableDidRead'>> {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body?: unknown;
}

/**
 * The body of a receipt: what the framework has made of it, and what it leaves unread, as Express does with plain text. A
 * parser for the whole application would have been simpler and have changed the host's routes.
 *
 * @throws PhoneAuthError `PAYLOAD_TOO_LARGE`
 */
export async function receiptBody(request: ReceiptHttpRequest): Promise<unknown> {
  const { headers, body } = request;
  const isText = /^text\/plain\s*(;|$)/i.test(String(headers['content-type'] ?? ''));
  if (!isText || !isUnread(request) || headers['content-encoding'] !== undefined) return body;
  const chunks: Buffer[] = [];
  let size = 0;
  // the stream is the answer's connection: it has to live on
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > SIZE) throw new PhoneAuthError('PAYLOAD_TOO_LARGE');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const isUnread = (request: ReceiptHttpRequest): request is ReceiptHttpRequest & Readable =>
  request.readableDidRead === false;
