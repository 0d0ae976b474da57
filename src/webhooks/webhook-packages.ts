import { Injectable } from '@nestjs/common';
import { PhoneAuthOptionError } from '../errors/phone-auth-option.error.js';

/** What only applications with webhooks need. */
export interface LoadedPackages {
  readonly undici: typeof import('undici');
  readonly jose: typeof import('jose');
}

/** The packages that speak to receivers, loaded once and only where they are needed. */
@Injectable()
export class WebhookPackages {
  private loaded: Promise<LoadedPackages> | undefined;

  /** @throws PhoneAuthOptionError where one of them is not installed */
  load(): Promise<LoadedPackages> {
    return (this.loaded ??= loadAll());
  }
}

async function loadAll(): Promise<LoadedPackages> {
  const [undici, jose] = await Promise.all([
    installed('undici', () => import('undici')),
    installed('jose', () => import('jose')),
  ]);
  return { undici, jose };
}

/** @throws PhoneAuthOptionError with what to do, and what went wrong as its `cause` */
export async function installed<Package>(name: string, load: () => Promise<Package>): Promise<Package> {
  try {
    return await load();
  } catch (cause) {
    const error = new PhoneAuthOptionError(
      'webhooks',
      `set, and the package ${name} cannot be loaded`,
      `install it: npm install ${name}`,
    );
    error.cause = cause;
    throw error;
  }
}
