import { PhoneAuthError } from '../errors/phone-auth.error.js';

/** Bytes of an answer. */
const SIZE = 65_536;

const HOST = /^sns\.[a-z0-9-]{3,32}\.amazonaws\.com(\.cn)?$/;

/** An address of Amazon SNS and nobody else's: whoever calls us chooses what we are to fetch. */
export function snsAddress(text: string | undefined): URL | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isPlain = url.username === '' && url.password === '' && url.port === '' && url.hash === '';
  return url.protocol === 'https:' && HOST.test(url.hostname) && isPlain ? url : undefined;
}

/** How SNS is asked. */
export interface SnsRequests {
  readonly fetch: typeof fetch;
  /** Milliseconds. */
  readonly timeout: number;
}

/**
 * What stands at an address of SNS; `undefined` where SNS says that there is nothing.
 *
 * @throws PhoneAuthError `SERVICE_UNAVAILABLE` where it does not answer: SNS then posts its message again
 */
export async function fetchFromSns(url: URL, { fetch, timeout }: SnsRequests): Promise<string | undefined> {
  try {
    const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(timeout) });
    if (answer.status >= 500) throw new Error(`it answered ${answer.status}`);
    const text = await limited(answer);
    return answer.ok ? text : undefined;
  } catch (cause) {
    throw new PhoneAuthError('SERVICE_UNAVAILABLE', {
      cause: new Error(`Amazon SNS could not be asked at ${url.hostname}`, { cause }),
    });
  }
}

async function limited(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body ?? []) {
    size += chunk.length;
    if (size > SIZE) throw new Error('the answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
