// The public door of nestjs-phone-auth/twilio.
export { TwilioReceipts, type TwilioReceiptsOptions } from './twilio/twilio-receipts.js';
export { TwilioSmsSender } from './twilio/twilio-sms-sender.js';
export { TwilioVerify, twilioVerify } from './twilio/twilio-verify.js';
export type {
  TwilioAccountOptions,
  TwilioSmsSenderOptions,
  TwilioVerifyOptions,
  TwilioVoiceOptions,
  TwilioWhatsAppOptions,
} from './twilio/twilio-options.js';
