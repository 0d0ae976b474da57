// The public door of nestjs-phone-auth/testing.
export { createTestApp, type TestApp, type TestAppOptions } from './testing/create-test-app.js';
export {
  FakeSmsProvider,
  type ProviderAnswer,
  type ProviderDialect,
  type ProviderMood,
  type ProviderRequest,
} from './testing/fake-sms-provider.js';
export {
  type PhoneUserStoreCase,
  phoneUserStoreCases,
  type PhoneUserStoreSubject,
} from './testing/phone-user-store-cases.js';
export { SmsInbox } from './testing/sms-inbox.js';
export { type SmsSenderCase, smsSenderCases, type SmsSenderSubject } from './testing/sms-sender-cases.js';
export { type Duration, TestClock } from './testing/test-clock.js';
