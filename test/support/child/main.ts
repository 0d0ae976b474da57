import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import type { AddressInfo } from 'node:net';
import { PhoneAuthModule, type SendResult } from 'nestjs-phone-auth';

/** What {@link startChild} hands over. */
export interface ChildSettings {
  readonly database: TypeOrmModuleOptions;
  readonly secret: string;
  /** Where messages go, as JSON. */
  readonly provider: string;
}

const { database, secret, provider } = JSON.parse(process.env['CHILD_SETTINGS'] ?? '{}') as ChildSettings;

@Module({
  imports: [
    TypeOrmModule.forRoot({ ...database, autoLoadEntities: true, retryAttempts: 0 }),
    PhoneAuthModule.forRoot({
      secret,
      rateLimit: false,
      sendOTP: async ({ phoneNumber, code, signal }): Promise<SendResult> => {
        const answer = await fetch(provider, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ phoneNumber, code }),
          signal,
        });
        return { status: answer.ok ? 'accepted' : 'rejected' };
      },
    }),
  ],
})
class ChildModule {}

const app = await NestFactory.create(ChildModule, { logger: false });
app.enableShutdownHooks();
await app.listen(0, '127.0.0.1');
process.send?.((app.getHttpServer().address() as AddressInfo).port);
