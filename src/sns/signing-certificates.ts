import { type KeyObject, X509Certificate } from 'node:crypto';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { HOUR, MINUTE } from '../runtime/durations.js';
import { fetchFromSns, snsAddress, type SnsRequests } from './sns-web.js';

const PATH = /^\/SimpleNotificationService-[0-9a-f]{8,64}\.pem$/;

/** Milliseconds that a certificate is kept, and that one is not asked for again which was none. */
const KEPT = HOUR;
const REFUSED = MINUTE;

/** SNS signs with one at a time; more are made up by somebody. */
const MOST = 8;

interface Entry {
  readonly key: Promise<KeyObject | undefined>;
  until: number;
}

/** The keys by which messages of SNS are known. Each certificate is fetched once an hour, from an address of SNS alone. */
export class SigningCertificates {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly requests: SnsRequests) {}

  /**
   * `undefined` where there is no such certificate.
   *
   * @throws PhoneAuthError `SERVICE_UNAVAILABLE` where SNS cannot be asked, or too many were asked for
   */
  async keyAt(text: string): Promise<KeyObject | undefined> {
    const url = snsAddress(text);
    if (!url || !PATH.test(url.pathname) || url.search !== '') return undefined;
    return (this.held(url.href) ?? this.fetched(url)).key;
  }

  private held(href: string): Entry | undefined {
    const entry = this.entries.get(href);
    return entry && entry.until > Date.now() ? entry : undefined;
  }

  private fetched(url: URL): Entry {
    this.forgetOld();
    if (this.entries.size >= MOST) throw new PhoneAuthError('SERVICE_UNAVAILABLE');
    const entry: Entry = { key: this.fetchKey(url), until: Date.now() + KEPT };
    this.entries.set(url.href, entry);
    entry.key.then(
      (key) => {
        if (!key) entry.until = Date.now() + REFUSED;
      },
      () => this.entries.delete(url.href),
    );
    return entry;
  }

  private async fetchKey(url: URL): Promise<KeyObject | undefined> {
    const text = await fetchFromSns(url, this.requests);
    return text === undefined ? undefined : keyOf(text);
  }

  private forgetOld(): void {
    for (const [href, { until }] of this.entries) if (until <= Date.now()) this.entries.delete(href);
  }
}

function keyOf(pem: string): KeyObject | undefined {
  try {
    const { validFrom, validTo, publicKey } = new X509Certificate(pem);
    const now = Date.now();
    const isValid = Date.parse(validFrom) <= now && now < Date.parse(validTo);
    return isValid && publicKey.asymmetricKeyType === 'rsa' ? publicKey : undefined;
  } catch {
    return undefined;
  }
}
