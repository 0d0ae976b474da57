import type { SuccessAnswer } from './answers.js';
import type { PhoneAuthClientOptions } from './options.js';
import type { PhoneAuthResult } from './result.js';

/**
 * An access token and what gets the next one.
 *
 * @example
 * ```ts
 * const keep = (pair: ClientTokenPair | null) => secureStore.set('pair', JSON.stringify(pair));
 * ```
 * @publicApi
 */
export interface ClientTokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/**
 * Where an app keeps its token pair.
 *
 * @example
 * ```ts
 * const memory = (pair: ClientTokenPair | null = null): TokenPairStore => ({ get: () => pair, set: (next) => void (pair = next) });
 * ```
 * @publicApi
 */
export interface TokenPairStore {
  /** The present pair, `null` where nobody is signed in. */
  get(): ClientTokenPair | null | undefined | Promise<ClientTokenPair | null | undefined>;
  /** Told of each new pair, and `null` once there is none any more. It is awaited. */
  set(pair: ClientTokenPair | null): unknown;
}

/** What a call went out with: after a 401 it tells whether there has been a newer pair since. */
export interface ShownPair {
  readonly headers: Readonly<Record<string, string>>;
  readonly generation: number;
  readonly refreshToken: string | undefined;
}

export type Renewal = PhoneAuthResult<SuccessAnswer>;

const RENEWED: Renewal = { data: { success: true }, error: null };

const NOTHING_TO_RENEW: Renewal = {
  data: null,
  error: { code: 'REFRESH_TOKEN_REQUIRED', status: 0, message: 'There is no refresh token' },
};

/**
 * The pair of a client, in cookies or in a store of the app's. However many calls find out at once that an access token is
 * dead, one of them refreshes and the others wait for it.
 */
export class TokenPairs {
  private generation = 0;
  /** Whether the latest generation is that there is none any more. */
  private isLost = false;
  private renewing: Promise<Renewal> | undefined;

  constructor(private readonly option: PhoneAuthClientOptions['tokenPair']) {}

  get areUsed(): boolean {
    return this.option !== undefined;
  }

  get areInCookies(): boolean {
    return this.option === 'cookies';
  }

  /** What shows the session to a route that takes a refresh token in the body. */
  async body(): Promise<{ readonly refreshToken?: string }> {
    const pair = await this.store?.get();
    return pair ? { refreshToken: pair.refreshToken } : {};
  }

  private get store(): TokenPairStore | undefined {
    return typeof this.option === 'object' ? this.option : undefined;
  }

  async shown(): Promise<ShownPair> {
    const { generation, store } = this;
    if (!store) return { headers: this.option ? csrfHeader() : {}, generation, refreshToken: undefined };
    const pair = await store.get();
    const bearer = pair && { authorization: `Bearer ${pair.accessToken}` };
    return {
      headers: { 'x-auth-strategy': 'bearer', ...bearer },
      generation,
      refreshToken: pair?.refreshToken,
    };
  }

  /** Keeps the pair of an answer that has one. */
  async keep(answer: unknown): Promise<void> {
    const { accessToken, refreshToken } = (answer ?? {}) as Partial<Record<string, unknown>>;
    if (!this.store || typeof accessToken !== 'string' || typeof refreshToken !== 'string') return;
    this.next();
    await this.store.set({ accessToken, refreshToken });
  }

  /** What went out with the pair before does not try it again. */
  async forget(): Promise<void> {
    this.next(true);
    await this.store?.set(null);
  }

  /** @param refresh makes the call; what it answers was kept when it resolves */
  renew(shown: ShownPair, refresh: (body: object) => Promise<Renewal>): Promise<Renewal> {
    if (shown.generation !== this.generation)
      return Promise.resolve(this.isLost ? NOTHING_TO_RENEW : RENEWED);
    if (this.store && shown.refreshToken === undefined) return Promise.resolve(NOTHING_TO_RENEW);
    this.renewing ??= this.renewed(shown, refresh).finally(() => (this.renewing = undefined));
    return this.renewing;
  }

  private async renewed({ refreshToken }: ShownPair, refresh: (body: object) => Promise<Renewal>) {
    const renewal = await refresh(refreshToken === undefined ? {} : { refreshToken });
    if (!renewal.error && !this.store) this.next();
    return renewal;
  }

  private next(isLost = false): void {
    this.generation += 1;
    this.isLost = isLost;
  }
}

/** Repeats what the page can read (node-auth's double submit). Outside browsers there is none. */
function csrfHeader(): Record<string, string> {
  const { document } = globalThis as { document?: { readonly cookie: string } };
  const token = /(?:^|; )csrf-token=([^;]*)/.exec(document?.cookie ?? '')?.[1];
  return token === undefined ? {} : { 'x-csrf-token': decodeURIComponent(token) };
}
