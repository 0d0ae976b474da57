import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { listen } from './listen.js';
import { operatorKey } from './operations/operator-key.js';
import { QuietStartLogger } from './quiet-start.logger.js';

// abortOnError: a wrong option is one sentence in the terminal, see below, and not a stack of Nest's own
async function start(): Promise<void> {
  console.log('Starting the demo …');
  const app = await NestFactory.create<NestExpressApplication>(AppModule, {
    abortOnError: false,
    logger: new QuietStartLogger(),
  });
  app.enableShutdownHooks();
  const address = await listen(app);
  // plain, so that it stands out from Nest's own lines
  console.log(`\nOpen ${address} and sign in. Ctrl+C stops.`);
  console.log(`Operations: ${address}/operations.html, with the key ${operatorKey}\n`);
}

start().catch((error: unknown) => {
  new Logger('Demo').error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
