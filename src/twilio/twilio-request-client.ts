import { AsyncLocalStorage } from 'node:async_hooks';
import http from 'node:http';
import https from 'node:https';
import twilio from 'twilio';

/** As long as the longest `messages.timeout`, so that it never cuts one short: it is there for a signal that never fires. */
const SOCKET_TIMEOUT = 60_000;

/** One request, and what was seen of it. */
export interface Exchange {
  readonly signal: AbortSignal;
  /** Whether the head of an answer came, whatever became of its body. */
  answered: boolean;
}

/**
 * The SDK's own HTTP client, with three things that it has no setting for: it closes the connection when a signal fires,
 * it knows whether an answer had begun by then, and it can talk to another address.
 *
 * The SDK makes each request itself and has no place for a signal in it, so the signal travels beside the call.
 */
export class TwilioRequestClient extends twilio.RequestClient {
  private readonly exchanges = new AsyncLocalStorage<Exchange>();

  constructor(apiURL: string | undefined) {
    super({ timeout: SOCKET_TIMEOUT });
    this.axios.interceptors.request.use((config) => {
      const exchange = this.exchanges.getStore();
      if (apiURL && config.url) config.url = moved(config.url, apiURL);
      if (exchange) {
        config.signal = exchange.signal;
        config.transport = observed(exchange, config.url ?? '');
      }
      return config;
    });
  }

  /** What `work` requests ends when the signal fires. */
  during<T>(exchange: Exchange, work: () => Promise<T>): Promise<T> {
    return this.exchanges.run(exchange, work);
  }
}

/** Node's own transport, with an eye on the answer. */
function observed(exchange: Exchange, url: string): Pick<typeof http, 'request'> {
  const { request } = url.startsWith('https:') ? https : http;
  return {
    request: (options: https.RequestOptions, onAnswer: (answer: http.IncomingMessage) => void) =>
      request(options, (answer) => {
        exchange.answered = true;
        onAnswer(answer);
      }),
  } as Pick<typeof http, 'request'>;
}

/** The same path and query below another address. */
function moved(url: string, base: string): string {
  const { pathname, search } = new URL(url);
  return base.replace(/\/+$/, '') + pathname + search;
}
