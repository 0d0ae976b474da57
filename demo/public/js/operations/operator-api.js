const PLUGIN = '/api/auth/plugins/phone-number';
const WEBHOOKS = '/api/auth/webhooks';
const GIVE_UP_AFTER = 20_000;

/** The routes of operations, with a key that goes into a header and nowhere else. Each call resolves to `{ data, error }`. */
export class OperatorApi {
  #key;

  constructor(key) {
    this.#key = key;
  }

  lastDay = () => this.#ask('GET', '/demo/operations');
  settings = () => this.#ask('GET', PLUGIN);
  change = (changes) => this.#ask('PATCH', PLUGIN, changes);
  webhook = () => this.#ask('GET', WEBHOOKS);
  setWebhook = (webhook) => this.#ask('PUT', WEBHOOKS, webhook);

  async #ask(method, path, body) {
    try {
      const response = await fetch(path, {
        method,
        headers: {
          authorization: `Bearer ${this.#key}`,
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(GIVE_UP_AFTER),
      });
      const answer = await response.json();
      if (response.ok) return { data: answer, error: null };
      const { code = 'UNKNOWN', message, retryAfter } = answer;
      return { data: null, error: { code, message, retryAfter, status: response.status } };
    } catch {
      return { data: null, error: { code: 'NETWORK_ERROR', status: 0 } };
    }
  }
}
