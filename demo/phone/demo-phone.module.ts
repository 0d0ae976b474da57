import { Module } from '@nestjs/common';
import { DemoPhone } from './demo-phone.js';
import { MessagesController } from './messages.controller.js';

@Module({ controllers: [MessagesController], providers: [DemoPhone], exports: [DemoPhone] })
export class DemoPhoneModule {}
