import type { TokenPairStore } from './token-pairs.js';

/**
 * The part of an answer that the client reads. Every `Response` is one.
 *
 * @example
 * ```ts
 * const answer: PhoneAuthResponse = new Response('{}');
 * ```
 * @publicApi
 */
export interface PhoneAuthResponse {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}

/**
 * What the client asks `fetch` for.
 *
 * @example
 * ```ts
 * const logged = (url: string, init: PhoneAuthRequest) => (console.debug(init.method, url), fetch(url, init));
 * ```
 * @publicApi
 */
export interface PhoneAuthRequest {
  method: 'GET' | 'POST';
  headers: Record<string, string>;
  credentials: 'include' | 'omit' | 'same-origin';
  body?: string;
  signal?: AbortSignal;
}

/**
 * The part of `fetch` that the client uses. The global one of browsers and Node is one.
 *
 * @example
 * ```ts
 * createPhoneAuthClient({ fetch: (url, init) => fetch(url, { ...init, cache: 'no-store' }) });
 * ```
 * @publicApi
 */
export type PhoneAuthFetch = (url: string, init: PhoneAuthRequest) => Promise<PhoneAuthResponse>;

type MaybePromise<T> = T | Promise<T>;

/**
 * Everything that {@link createPhoneAuthClient} may be told.
 *
 * @example
 * ```ts
 * // a mobile app: no cookies, the token in the platform's secure store
 * createPhoneAuthClient({
 *   baseURL: 'https://api.example.com',
 *   credentials: 'omit',
 *   token: () => secureStore.get('session'),
 *   onToken: (token) => (token === null ? secureStore.remove('session') : secureStore.set('session', token)),
 * });
 * ```
 * @publicApi
 */
export interface PhoneAuthClientOptions {
  /**
   * Where the application is: an origin, a path such as the global prefix `/api`, or both. Outside browsers it has to
   * begin with an origin.
   * @default '' (this page's origin)
   */
  baseURL?: string | undefined;
  /**
   * The module's `path`, which always follows `baseURL`.
   * @default '/auth'
   */
  basePath?: string | undefined;
  /** @default the global fetch, looked up at each call */
  fetch?: PhoneAuthFetch | undefined;
  /**
   * Whether cookies go along. With a `token` of your own you want `'omit'`.
   * @default 'include'
   */
  credentials?: PhoneAuthRequest['credentials'] | undefined;
  /** The session's token, sent as `Authorization: Bearer`; a function is asked before each call. */
  token?: string | (() => MaybePromise<string | null | undefined>) | undefined;
  /** Told the token whenever a session begins, and `null` when this client ends it. It is awaited. */
  onToken?: ((token: string | null) => MaybePromise<unknown>) | undefined;
  /**
   * For servers with token pairs. `'cookies'`: they are in the cookies of the node-auth dialect. A store of your own: the client
   * shows the access token itself, and hands over each new pair. Either way a call whose access token is dead refreshes and
   * is made again, and parallel ones refresh once between them.
   *
   * @example
   * ```ts
   * createPhoneAuthClient({ baseURL, credentials: 'omit', tokenPair: { get: () => load(), set: (pair) => save(pair) } });
   * ```
   * @default none
   */
  tokenPair?: 'cookies' | TokenPairStore | undefined;
  /** Sent with every call; a function is asked before each. */
  headers?:
    Readonly<Record<string, string>> | (() => MaybePromise<Readonly<Record<string, string>>>) | undefined;
}

/**
 * What a single call may be told.
 *
 * @example
 * ```ts
 * await client.auth.getSession({ signal: AbortSignal.timeout(5_000) });
 * ```
 * @publicApi
 */
export interface PhoneAuthCallOptions {
  /** Ends the call early: it then resolves to a `NETWORK_ERROR`. */
  readonly signal?: AbortSignal | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** What the widget of a CAPTCHA handed out, for servers with a `challenge`. It is good for one call. */
  readonly captchaToken?: string | undefined;
}
