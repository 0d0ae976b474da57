import type { LookupAddress, LookupOptions } from 'node:dns';
import { Injectable } from '@nestjs/common';
import { ReceiverAddresses } from './receiver-addresses.js';
import { WebhookPackages } from './webhook-packages.js';

/** Of an answer, no more than this is read, and nothing of it is used (S5.32). */
const MAX_ANSWER = 10_240;

/** One request to a receiver. */
export interface WebhookPost {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Ends everything about it. */
  readonly signal: AbortSignal;
}

type LookupCallback = (error: null, address: string | LookupAddress[], family?: number) => void;

/** Talks to receivers: one connection per request, to an address that was checked, redirects not followed. */
@Injectable()
export class WebhookHttp {
  constructor(
    private readonly packages: WebhookPackages,
    private readonly addresses: ReceiverAddresses,
  ) {}

  /**
   * The status that the receiver answers.
   *
   * @throws ForbiddenReceiver where it may not be asked; anything else where there was no answer in time
   */
  async post({ url, headers, body, signal }: WebhookPost): Promise<number> {
    const { Agent, request } = (await this.packages.load()).undici;
    const addresses = await this.addresses.of(url, signal);
    const agent = new Agent({ connect: { ...this.tls(), lookup: always(addresses) } });
    try {
      const answer = await request(url, { method: 'POST', headers, body, signal, dispatcher: agent });
      // the receiver may be in the middle of writing it; whatever happens there, the status has come
      await answer.body.dump({ limit: MAX_ANSWER, signal }).catch(() => undefined);
      return answer.statusCode;
    } finally {
      await agent.destroy();
    }
  }

  /** Whom to trust beside the authorities that Node knows: nobody. */
  protected tls(): { readonly ca?: string } {
    return {};
  }
}

/** Stands in for a look-up whose result is known, in both forms in which Node asks. */
function always(addresses: readonly LookupAddress[]) {
  return (_host: string, { all }: LookupOptions, callback: LookupCallback): void => {
    const [first] = addresses;
    if (all) callback(null, [...addresses]);
    else callback(null, first?.address ?? '', first?.family);
  };
}
