import { Module } from '@nestjs/common';
import { BlockedSends } from './blocked-sends.js';

@Module({ providers: [BlockedSends], exports: [BlockedSends] })
export class BlockedSendsModule {}
