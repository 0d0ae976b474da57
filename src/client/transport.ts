import { endpointUrl } from './endpoint-url.js';
import type { PhoneAuthCallOptions, PhoneAuthClientOptions, PhoneAuthRequest } from './options.js';
import { readAnswer, type Shape } from './read-answer.js';
import type { PhoneAuthClientError, PhoneAuthResult } from './result.js';
import { type Renewal, type ShownPair, TokenPairs } from './token-pairs.js';

type Request = Pick<PhoneAuthRequest, 'method' | 'headers' | 'body'>;

/** The two forms of a request. Bodies are always JSON, which no form of another site can send. */
export class Transport {
  readonly pairs: TokenPairs;

  /** @param onLost called where a refresh has found out that nobody is signed in any more */
  constructor(
    private readonly options: PhoneAuthClientOptions,
    private readonly onLost: () => unknown = () => undefined,
  ) {
    this.pairs = new TokenPairs(options.tokenPair);
  }

  get<Data>(path: string, shape: Shape, call?: PhoneAuthCallOptions): Promise<PhoneAuthResult<Data>> {
    return this.send(path, { method: 'GET', headers: {} }, shape, call);
  }

  post<Data>(path: string, body: object = {}, call?: PhoneAuthCallOptions): Promise<PhoneAuthResult<Data>> {
    return this.send(path, postOf(body), 'object', call);
  }

  /** Gets the next token pair. Calls that find a dead one do so by themselves. */
  async refresh(): Promise<Renewal> {
    try {
      return await this.renewed(await this.pairs.shown());
    } catch (cause) {
      return failure('UNKNOWN', cause);
    }
  }

  /** Makes a call and, where only its access token was dead, once more with the next one. */
  private async send<Data>(
    path: string,
    request: Request,
    shape: Shape,
    call: PhoneAuthCallOptions = {},
  ): Promise<PhoneAuthResult<Data>> {
    try {
      const shown = await this.pairs.shown();
      const result = await this.once<Data>(path, request, shape, call, shown);
      if (!this.pairs.areUsed || !isForWantOfSession(path, result)) return result;
      if ((await this.renewed(shown)).error) return result;
      return await this.once(path, request, shape, call, await this.pairs.shown());
    } catch (cause) {
      return failure('UNKNOWN', cause);
    }
  }

  private renewed(shown: ShownPair): Promise<Renewal> {
    return this.pairs.renew(shown, async (body) => {
      const renewal: Renewal = await this.once('refresh', postOf(body), 'object', {}, shown);
      // a visitor who has none has lost nothing
      if (renewal.error?.code === 'INVALID_REFRESH_TOKEN') {
        await this.pairs.forget();
        await this.onLost();
      }
      return renewal;
    });
  }

  private async once<Data>(
    path: string,
    request: Request,
    shape: Shape,
    { signal, headers, captchaToken }: PhoneAuthCallOptions,
    shown: ShownPair,
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
          ...shown.headers,
          ...(captchaToken !== undefined && { 'x-captcha-response': captchaToken }),
          ...headers,
        },
        ...(signal && { signal }),
      };
    } catch (cause) {
      return failure('UNKNOWN', cause);
    }
    let result: PhoneAuthResult<Data>;
    try {
      // called without a receiver, and looked up late: browsers want the first, test doubles the second
      const fetchNow = this.options.fetch ?? globalThis.fetch;
      result = await readAnswer<Data>(await fetchNow(endpointUrl(baseURL, basePath, path), init), shape);
    } catch (cause) {
      return failure('NETWORK_ERROR', cause);
    }
    await this.pairs.keep(result.data);
    return result;
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

const postOf = (body: object): Request => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** Wrong codes and passwords are 401 as well, and no new token makes them right. */
const isForWantOfSession = (path: string, { data, error }: PhoneAuthResult<unknown>): boolean =>
  error ? error.code === 'UNAUTHORIZED' : path === 'get-session' && data === null;

function failure(
  code: PhoneAuthClientError['code'],
  cause: unknown,
): { data: null; error: PhoneAuthClientError } {
  const message = cause instanceof Error ? cause.message : String(cause);
  return { data: null, error: { code, status: 0, message, cause } };
}
