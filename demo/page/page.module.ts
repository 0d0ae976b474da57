import { Module, type NestModule } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { ExpressAdapter } from '@nestjs/platform-express';
import { fileURLToPath } from 'node:url';
import { SECURITY_HEADERS } from './security-headers.js';
import { VendorController } from './vendor.controller.js';

const PUBLIC = fileURLToPath(new URL('../public', import.meta.url));

/** Serves the sign-in page. */
@Module({ controllers: [VendorController] })
export class PageModule implements NestModule {
  constructor(private readonly host: HttpAdapterHost<ExpressAdapter>) {}

  // this early, so that `/` is the page before any route is asked
  configure(): void {
    this.host.httpAdapter.useStaticAssets(PUBLIC, {
      setHeaders: (response) => {
        for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
      },
    });
  }
}
