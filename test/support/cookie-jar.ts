interface Cookie {
  readonly value: string;
  /** Attributes by their lower-case names, `httponly` and `secure` with the value `''`. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** A `fetch` that does what the one of a page does: it resolves paths, says its origin, and keeps and sends cookies. */
export class CookieJar {
  private readonly cookies = new Map<string, Cookie>();

  /** @param origin of the page, `http://127.0.0.1:3000` for example */
  constructor(readonly origin: string) {}

  readonly fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input instanceof Request ? input : new URL(input, this.origin), init);
    const ownOrigin = request.url.startsWith(`${this.origin}/`);
    const withCookies =
      request.credentials === 'include' || (request.credentials === 'same-origin' && ownOrigin);
    if (withCookies && this.cookies.size > 0) request.headers.set('cookie', this.header);
    if (request.method !== 'GET') request.headers.set('origin', this.origin);

    const answer = await fetch(request);
    if (withCookies) for (const cookie of answer.headers.getSetCookie()) this.keep(cookie);
    return answer;
  };

  /** What a browser would send as `Cookie`. */
  get header(): string {
    return [...this.cookies].map(([name, { value }]) => `${name}=${value}`).join('; ');
  }

  /** Without the mark of a known device, which outlives every session. */
  get names(): string[] {
    return [...this.cookies.keys()].filter((name) => !name.endsWith('.device'));
  }

  attributesOf(name: string): Cookie['attributes'] | undefined {
    return this.cookies.get(name)?.attributes;
  }

  private keep(setCookie: string): void {
    const [[name, value] = ['', ''], ...attributes] = setCookie.split('; ').map(pair);
    const known = Object.fromEntries(attributes.map(([key, text]) => [key.toLowerCase(), text]));
    if (known['max-age'] === '0') this.cookies.delete(name);
    else this.cookies.set(name, { value, attributes: known });
  }
}

function pair(text: string): [name: string, value: string] {
  const at = text.indexOf('=');
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
