import { AsyncLocalStorage } from 'node:async_hooks';
import twilio from 'twilio';

/** As long as the longest `messages.timeout`, so that it never cuts one short: it is there for a signal that never fires. */
const SOCKET_TIMEOUT = 60_000;

/**
 * The SDK's own HTTP client, with two things that it has no setting for: it closes the connection when a signal fires,
 * and it can talk to another address.
 *
 * The SDK makes each request itself and has no place for a signal in it, so the signal travels beside the call.
 */
export class TwilioRequestClient extends twilio.RequestClient {
  private readonly signals = new AsyncLocalStorage<AbortSignal>();

  constructor(apiURL: string | undefined) {
    super({ timeout: SOCKET_TIMEOUT });
    this.axios.interceptors.request.use((config) => {
      const signal = this.signals.getStore();
      if (signal) config.signal = signal;
      if (apiURL && config.url) config.url = moved(config.url, apiURL);
      return config;
    });
  }

  /** What `work` requests ends when the signal fires. */
  until<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    return this.signals.run(signal, work);
  }
}

/** The same path and query below another address. */
function moved(url: string, base: string): string {
  const { pathname, search } = new URL(url);
  return base.replace(/\/+$/, '') + pathname + search;
}
