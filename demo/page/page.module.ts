import { Module, type NestModule } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { ExpressAdapter } from '@nestjs/platform-express';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SECURITY_HEADERS } from './security-headers.js';
import { VendorController } from './vendor.controller.js';

const PUBLIC = fileURLToPath(new URL('../public', import.meta.url));
/** The package's client as it was built: plain modules that browsers run as they are. */
const CLIENT = dirname(createRequire(import.meta.url).resolve('nestjs-phone-auth/client'));

/** Serves the sign-in page. */
@Module({ controllers: [VendorController] })
export class PageModule implements NestModule {
  constructor(private readonly host: HttpAdapterHost<ExpressAdapter>) {}

  // this early, so that `/` is the page before any route is asked
  configure(): void {
    this.serve(PUBLIC, '/');
    this.serve(CLIENT, '/vendor/phone-auth-client/');
  }

  private serve(folder: string, prefix: string): void {
    this.host.httpAdapter.useStaticAssets(folder, {
      prefix,
      setHeaders: (response) => {
        for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
      },
    });
  }
}
