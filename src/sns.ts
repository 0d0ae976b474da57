// The public door of nestjs-phone-auth/sns.
export { SnsReceipts, type SnsReceiptsOptions } from './sns/sns-receipts.js';
export { SnsSmsSender } from './sns/sns-sms-sender.js';
export type { SnsSmsSenderOptions } from './sns/sns-options.js';
