import { faultOf, isCertain } from './http-status.js';
import { connectionCode, neverConnected } from './send-outcome.js';
import type { SendFault } from './send-result.js';
import { SmsSendError } from './sms-send-error.js';

/** More than any answer to one message; the rest is not read. */
const MAX_ANSWER = 65_536;

/** What a provider answered. */
export interface ProviderReply {
  readonly status: number;
  /** The answer's JSON, `undefined` where it broke off or is none. */
  readonly body: unknown;
}

/** One request: method, address, and what goes with it. */
export interface ProviderCall {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** An object is sent as JSON, parameters as a form. Without a body it is a GET. */
  readonly body?: object | URLSearchParams;
}

/**
 * Talks to a provider over HTTP, once per message. Nothing that it throws holds the request: addresses and bodies carry
 * codes and passwords (I4, S3.9).
 */
export class ProviderHttp {
  constructor(private readonly provider: string) {}

  /** @throws SmsSendError where there is no answer, with what is known then */
  async ask(call: ProviderCall, signal: AbortSignal): Promise<ProviderReply> {
    if (signal.aborted) {
      throw new SmsSendError('rejected', `The time was over before ${this.provider} was asked`);
    }
    try {
      const response = await fetch(call.url, { ...requestOf(call), signal, redirect: 'manual' });
      return { status: response.status, body: await readJson(response) };
    } catch (cause) {
      throw this.noAnswer(cause, signal);
    }
  }

  /** The error for an answer that is no acceptance. `detail` is a code of the provider's, never its words. */
  refusal(status: number, detail?: string, fault: SendFault = faultOf(status)): SmsSendError {
    const reason = `${this.provider} answered ${status}${detail === undefined ? '' : ` (${detail})`}`;
    return new SmsSendError(isCertain(status) ? 'rejected' : 'unknown', reason, fault);
  }

  /** The error for an answer that says neither yes nor no. */
  unreadable(): SmsSendError {
    return new SmsSendError('unknown', `The answer of ${this.provider} could not be read`, 'provider', true);
  }

  private noAnswer(cause: unknown, signal: AbortSignal): SmsSendError {
    if (signal.aborted) return new SmsSendError('unknown', `${this.provider} did not answer in time`);
    const verdict = neverConnected(cause) ? 'rejected' : 'unknown';
    const code = connectionCode(cause) ?? 'no answer';
    return new SmsSendError(verdict, `The connection to ${this.provider} failed (${code})`);
  }
}

export const isSuccess = (status: number): boolean => status >= 200 && status < 300;

function requestOf({ headers, body }: ProviderCall): RequestInit {
  if (body === undefined) return { method: 'GET', headers };
  if (body instanceof URLSearchParams) return { method: 'POST', headers, body };
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}

/** The status has come, so whatever happens from here on is no failure of the send. */
async function readJson(response: Response): Promise<unknown> {
  let text = '';
  try {
    const decoder = new TextDecoder();
    // leaving the loop lets go of the rest, and of its connection
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      if (text.length > MAX_ANSWER) return undefined;
    }
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
