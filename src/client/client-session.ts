import type { PhoneAuthClientSession } from './answers.js';
import type { PhoneAuthClientOptions } from './options.js';

/**
 * What became of the session. After `updated`, `getSession` tells the rest: the user has changed, or the session may
 * have been ended along with others.
 *
 * @example
 * ```ts
 * client.auth.onSessionChange((change) => (change === 'signed-out' ? goTo('/login') : reloadSession()));
 * ```
 * @publicApi
 */
export type SessionChange = 'signed-in' | 'signed-out' | 'updated';

/**
 * Hears of session changes.
 *
 * @example
 * ```ts
 * const log: SessionListener = (change) => console.debug(change);
 * ```
 * @publicApi
 */
export type SessionListener = (change: SessionChange) => unknown;

interface Handles {
  readonly token?: string;
  readonly id?: string;
}

/** What the client knows of its own session, and who wants to hear when it changes. */
export class ClientSession {
  private readonly listeners = new Set<{ readonly call: SessionListener }>();
  private own: Handles | undefined;

  constructor(private readonly onToken: PhoneAuthClientOptions['onToken']) {}

  /** Each call is a subscription of its own, also of one listener twice. */
  subscribe(listener: SessionListener): () => void {
    const subscription = { call: listener };
    this.listeners.add(subscription);
    return () => {
      this.listeners.delete(subscription);
    };
  }

  /** A call answered with a token: a new session, or the present one, with another number or under another token. */
  async started(token: string, session?: { readonly id: string }): Promise<void> {
    const same = this.own?.token === token || (session !== undefined && this.own?.id === session.id);
    this.own = { token, ...(session && { id: session.id }) };
    await this.onToken?.(token);
    this.tell(same ? 'updated' : 'signed-in');
  }

  /** A sign-in that answers with no token of a session: with a token pair, or with cookies alone. */
  begun(): void {
    this.own = undefined;
    this.tell('signed-in');
  }

  async ended(): Promise<void> {
    this.own = undefined;
    await this.onToken?.(null);
    this.tell('signed-out');
  }

  changed(): void {
    this.tell('updated');
  }

  /** Learns from an answer which session is its own. */
  seen(session: PhoneAuthClientSession | undefined): void {
    this.own = session && { token: session.token, id: session.id };
  }

  /** In a list, the own session alone shows its token; the others show their ids in its place. */
  seenAmong(sessions: readonly PhoneAuthClientSession[]): void {
    const [own, ...more] = sessions.filter(({ token, id }) => token !== id);
    if (own && more.length === 0) this.seen(own);
  }

  /** Whether a token or an id names the own session; `undefined` where nothing is known of that one. */
  owns(handle: string): boolean | undefined {
    return this.own && (handle === this.own.token || handle === this.own.id);
  }

  private tell(change: SessionChange): void {
    // a copy: whoever subscribes while being told hears of the next change
    const present = [...this.listeners];
    for (const subscription of present) {
      if (!this.listeners.has(subscription)) continue; // one of the others has just ended it
      try {
        subscription.call(change);
      } catch (error) {
        // as with events of the platform: reported, and no concern of whoever signed in
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
