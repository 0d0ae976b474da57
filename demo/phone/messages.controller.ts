import { Controller, Get, Header, Query, UseGuards } from '@nestjs/common';
import { type E164, ParsePhoneNumberPipe } from 'nestjs-phone-auth';
import { DemoPhone, type ReceivedMessage } from './demo-phone.js';
import { DevelopmentGuard } from './development.guard.js';

/** What the drawn phone asks for. A real application has nothing like it: the message is on a real phone. */
@Controller('demo')
@UseGuards(DevelopmentGuard)
export class MessagesController {
  constructor(private readonly phone: DemoPhone) {}

  @Get('messages')
  @Header('Cache-Control', 'no-store')
  messages(@Query('phoneNumber', ParsePhoneNumberPipe) phoneNumber: E164): ReceivedMessage[] {
    return this.phone.messagesFor(phoneNumber);
  }
}
