// The public door of nestjs-phone-auth/vonage.
export { VonageSmsSender, type VonageSmsSenderOptions } from './vonage/vonage-sms-sender.js';
