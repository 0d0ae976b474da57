import { endpointUrl } from './endpoint-url.js';
import type { PhoneAuthCallOptions, PhoneAuthClientOptions, PhoneAuthRequest } from './options.js';
import { readAnswer, type Shape } from './read-answer.js';
import type { PhoneAuthClientError, PhoneAuthResult } from './result.js';

/** The two forms of a request. Bodies are always JSON, which no form of another site can send. */
export class Transport {
  constructor(private readonly options: PhoneAuthClientOptions) {}

  get<Data>(path: string, shape: Shape, call?: PhoneAuthCallOptions): Promise<PhoneAuthResult<Data>> {
    return this.send(path, { method: 'GET', headers: {} }, shape, call);
  }

  post<Data>(path: string, body: object = {}, call?: PhoneAuthCallOptions): Promise<PhoneAuthResult<Data>> {
    const headers = { 'content-type': 'application/json' };
    return this.send(path, { method: 'POST', headers, body: JSON.stringify(body) }, 'object', call);
  }

  private async send<Data>(
    path: string,
    request: Pick<PhoneAuthRequest, 'method' | 'headers' | 'body'>,
    shape: Shape,
    { signal, headers, captchaToken }: PhoneAuthCallOptions = {},
  ): Promise<PhoneAuthResult<Data>> {
    const { baseURL = '', basePath = '/auth', credentials = 'include' } = this.options;
    let init: PhoneAuthRequest;
    try {
      init = {
        ...request,
        credentials,
        headers: {
          accept: 'application/json',
          ...request.headers,
          ...(await this.ownHeaders()),
          ...(captchaToken !== undefined && { 'x-captcha-response': captchaToken }),
          ...headers,
        },
        ...(signal && { signal }),
      };
    } catch (cause) {
      return failure('UNKNOWN', cause);
    }
    try {
      // called without a receiver, and looked up late: browsers want the first, test doubles the second
      const fetchNow = this.options.fetch ?? globalThis.fetch;
      return await readAnswer(await fetchNow(endpointUrl(baseURL, basePath, path), init), shape);
    } catch (cause) {
      return failure('NETWORK_ERROR', cause);
    }
  }

  private async ownHeaders(): Promise<Record<string, string>> {
    const { headers, token } = this.options;
    const bearer = typeof token === 'function' ? await token() : token;
    return {
      ...(bearer && { authorization: `Bearer ${bearer}` }),
      ...(typeof headers === 'function' ? await headers() : headers),
    };
  }
}

function failure(
  code: PhoneAuthClientError['code'],
  cause: unknown,
): { data: null; error: PhoneAuthClientError } {
  const message = cause instanceof Error ? cause.message : String(cause);
  return { data: null, error: { code, status: 0, message, cause } };
}
