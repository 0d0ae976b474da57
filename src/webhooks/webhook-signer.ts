import { Injectable } from '@nestjs/common';
import { WebhookKeys } from './webhook-keys.js';
import { WebhookPackages } from './webhook-packages.js';

const encode = (text: string) => new TextEncoder().encode(text);

/**
 * Signs events as Neon does (S5.26): a JWS (RFC 7515) over the time and the body, sent without the payload because the
 * receiver has both. The body is base64url in it, and the whole once more, as in every JWS.
 */
@Injectable()
export class WebhookSigner {
  constructor(
    private readonly keys: WebhookKeys,
    private readonly packages: WebhookPackages,
  ) {}

  /** Names the key that signs. */
  get kid(): string {
    return this.keys.kid;
  }

  /** `<protected header>..<signature>`. @param timestamp of the attempt, in milliseconds since the Unix epoch */
  async sign(body: string, timestamp: number): Promise<string> {
    const { CompactSign } = (await this.packages.load()).jose;
    const payload = signedText(Buffer.from(body), String(timestamp));
    const jws = await new CompactSign(encode(payload))
      .setProtectedHeader({ alg: 'EdDSA', typ: 'JWS', kid: this.keys.kid })
      .sign(this.keys.privateKey);
    const [header, , signature] = jws.split('.');
    return `${header}..${signature}`;
  }
}

/** What is signed of an event. */
export function signedText(body: Uint8Array, timestamp: string): string {
  return `${timestamp}.${Buffer.from(body).toString('base64url')}`;
}
