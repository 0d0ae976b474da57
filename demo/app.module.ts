import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PhoneAuthModule } from 'nestjs-phone-auth';
import { AccountController } from './account/account.controller.js';
import { BlockedSends } from './operations/blocked-sends.js';
import { BlockedSendsModule } from './operations/blocked-sends.module.js';
import { OperationsController } from './operations/operations.controller.js';
import { operatorKey } from './operations/operator-key.js';
import { PageModule } from './page/page.module.js';
import { DemoPhone } from './phone/demo-phone.js';
import { DemoPhoneModule } from './phone/demo-phone.module.js';

@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      useFactory: () => ({
        type: 'better-sqlite3',
        database: process.env['DEMO_DATABASE'] ?? 'demo.sqlite',
        enableWAL: true,
        // for a demo; run PHONE_AUTH_MIGRATIONS in an application that has something to lose
        synchronize: true,
        autoLoadEntities: true,
      }),
    }),
    PhoneAuthModule.forRootAsync({
      // where the Better Auth client looks by default
      path: 'api/auth',
      imports: [DemoPhoneModule, BlockedSendsModule],
      inject: [DemoPhone, BlockedSends],
      useFactory: (phone: DemoPhone, blocked: BlockedSends) => ({
        secret: process.env['PHONE_AUTH_SECRET'],
        sendOTP: (message) => phone.send(message),
        sendNotice: (notice) => phone.notify(notice),
        onEvent: (event) => blocked.take(event),
        admin: { apiKeys: [operatorKey] },
        // a receiver on this computer is what whoever tries it has
        webhooks: { allowInsecure: process.env['NODE_ENV'] !== 'production' },
        // whoever plays with numbers of his own making looks like SMS pumping, and nothing is sent here
        limits: { pumping: false },
        messages: {
          signIn: ({ code, expiresIn }) => `Your code is ${code}. It is good for ${expiresIn / 60} minutes.`,
        },
      }),
    }),
    DemoPhoneModule,
    BlockedSendsModule,
    PageModule,
  ],
  controllers: [AccountController, OperationsController],
})
export class AppModule {}
