import { gunzipSync } from 'node:zlib';
import type { Receipt } from '../sms/receipt-reader.js';
import { parsed } from './sns-envelope.js';

/** Bytes that compressed logs may become. */
const UNPACKED = 4_194_304;

const STATUS = new Map<unknown, Receipt['status']>([
  ['SUCCESS', 'delivered'],
  ['FAILURE', 'failed'],
]);

/** What delivery logs say, in whichever of the forms they are in; what is none says nothing. */
export function readDeliveryLogs(text: string): Receipt[] {
  const content = parsed(text);
  if (!isObject(content)) return [];
  const { awslogs, logEvents } = content;
  if (isObject(awslogs) && typeof awslogs['data'] === 'string')
    return readDeliveryLogs(unpacked(awslogs['data']));
  if (Array.isArray(logEvents)) {
    return logEvents.flatMap((event: unknown) =>
      isObject(event) && typeof event['message'] === 'string' ? receiptOf(parsed(event['message'])) : [],
    );
  }
  return receiptOf(content);
}

function receiptOf(log: unknown): Receipt[] {
  if (!isObject(log) || !isObject(log['notification'])) return [];
  const reference = log['notification']['messageId'];
  const status = STATUS.get(log['status']);
  return typeof reference === 'string' && status ? [{ reference, status }] : [];
}

function unpacked(data: string): string {
  try {
    const text = gunzipSync(Buffer.from(data, 'base64'), { maxOutputLength: UNPACKED }).toString('utf8');
    // packed once, and not in itself
    return text.includes('"awslogs"') ? '' : text;
  } catch {
    return '';
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
