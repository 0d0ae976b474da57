import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import type { AddressInfo } from 'node:net';
import { Clock, PhoneAuthModule, type PhoneAuthOptions, type SendResult } from 'nestjs-phone-auth';

/** What {@link startChild} hands over. */
export interface ChildSettings {
  /** One application each. */
  readonly databases: readonly TypeOrmModuleOptions[];
  readonly secret: string;
  /** Where messages go, as JSON. */
  readonly provider: string;
  /** What else the module is told. */
  readonly options?: PhoneAuthOptions;
  /** Milliseconds by which its clock is ahead of the machine's. */
  readonly ahead?: number;
}

class ClockAhead extends Clock {
  override now(): number {
    return Date.now() + ahead;
  }
}

const {
  databases,
  secret,
  provider,
  options = {},
  ahead = 0,
} = JSON.parse(process.env['CHILD_SETTINGS'] ?? '{}') as ChildSettings;

function applicationOn(database: TypeOrmModuleOptions) {
  @Module({
    imports: [
      TypeOrmModule.forRoot({ ...database, autoLoadEntities: true, retryAttempts: 0 }),
      PhoneAuthModule.forRoot({
        ...options,
        secret,
        rateLimit: false,
        providers: [{ provide: Clock, useClass: ClockAhead }],
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
  return ChildModule;
}

const ports = await Promise.all(
  databases.map(async (database) => {
    const app = await NestFactory.create(applicationOn(database), { logger: false });
    app.enableShutdownHooks();
    await app.listen(0, '127.0.0.1');
    return (app.getHttpServer().address() as AddressInfo).port;
  }),
);
process.send?.(ports);
