// The public door of nestjs-phone-auth/testing.
export { createTestApp, type TestApp, type TestAppOptions } from './testing/create-test-app.js';
export { SmsInbox } from './testing/sms-inbox.js';
export { type Duration, TestClock } from './testing/test-clock.js';
