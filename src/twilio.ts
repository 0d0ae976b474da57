// The public door of nestjs-phone-auth/twilio.
export { TwilioSmsSender } from './twilio/twilio-sms-sender.js';
export type {
  TwilioAccountOptions,
  TwilioSmsSenderOptions,
  TwilioVoiceOptions,
  TwilioWhatsAppOptions,
} from './twilio/twilio-options.js';
