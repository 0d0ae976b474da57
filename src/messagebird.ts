// The public door of nestjs-phone-auth/messagebird.
export { BirdSmsSender, type BirdSmsSenderOptions } from './messagebird/bird-sms-sender.js';
export {
  MessageBirdSmsSender,
  type MessageBirdSmsSenderOptions,
} from './messagebird/messagebird-sms-sender.js';
