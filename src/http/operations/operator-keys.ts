import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../../options/config.js';
import { deriveKey } from '../../runtime/keys.js';

interface OperatorKey {
  readonly id: string;
  readonly digest: Buffer;
}

/** The keys of operators (S5.13). What is compared are MACs under a key of this process: neither length nor content shows in time. */
@Injectable()
export class OperatorKeys {
  private readonly comparison = randomBytes(32);
  private readonly keys: readonly OperatorKey[];

  constructor(@Inject(PHONE_AUTH_CONFIG) { admin, secret }: PhoneAuthConfig) {
    const naming = deriveKey(secret, 'operator-key');
    this.keys = (admin?.apiKeys ?? []).map((key) => ({
      id: mac(naming, key).toString('hex').slice(0, 8),
      digest: mac(this.comparison, key),
    }));
  }

  /** What the key is called in events; `undefined` for none of ours. Every key is compared, whichever fits. */
  idOf(shown: string): string | undefined {
    const digest = mac(this.comparison, shown);
    const [id] = this.keys.flatMap((key) => (timingSafeEqual(key.digest, digest) ? [key.id] : []));
    return id;
  }
}

const mac = (key: Buffer, value: string): Buffer => createHmac('sha256', key).update(value).digest();
