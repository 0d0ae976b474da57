// The public door. What is not named here is not API and may change in any release.
export { PhoneAuthModule } from './phone-auth.module.js';
export { PhoneAuthService } from './phone-auth.service.js';
export { PHONE_AUTH_ENTITIES, phoneAuthEntities, type PhoneAuthSchema } from './entities.js';
export type { TableNames } from './persistence/renamed-entity.js';
export { PHONE_AUTH_MIGRATIONS } from './persistence/migrations.js';

// options
export type {
  AccessTokenOptions,
  AdminOptions,
  AccessTokenUser,
  AdditionalField,
  AllowedNumberType,
  ChallengeAction,
  ChallengeInput,
  ChallengeOptions,
  ChannelOptions,
  CookieOptions,
  GuessLimitOptions,
  LimitOptions,
  LimitedRoute,
  MessageChannel,
  MessageOptions,
  MessageRecipient,
  MessageTemplate,
  MessageTemplates,
  MessageValues,
  NodeAuthDialectOptions,
  NumberOptions,
  PasswordOptions,
  PhoneAuthOptions,
  PumpingOptions,
  PhoneUserSummary,
  RateLimitOptions,
  RefreshTokenOptions,
  RetentionOptions,
  SendLimitOptions,
  SendNoticeInput,
  SendOtp,
  SendOtpInput,
  SessionOptions,
  SignUpOptions,
  TestNumberOptions,
  VerifyChallenge,
} from './options/options.js';
export type { PhoneAuthModuleExtras } from './phone-auth.module-definition.js';
export type { Dialect } from './options/dialect.js';
export type { CodePurpose } from './options/code-purpose.js';
export type { WebhookEventType, WebhookOptions } from './options/webhook-options.js';

// other systems' options
export { betterAuth, type BetterAuthOptions } from './presets/better-auth.js';
export { withCode, withText } from './presets/callbacks.js';
export { httpGateway, type HttpGatewayPresetOptions } from './presets/http-gateway.js';
export { kavachos, type KavachosOptions } from './presets/kavachos.js';
export { kernia, type KerniaOptions } from './presets/kernia.js';
export { neon, type NeonOptions } from './presets/neon.js';
export { nodeAuth, type NodeAuthOptions } from './presets/node-auth.js';
export { nevr, type NevrOptions } from './presets/nevr.js';

// what goes into the service and comes out of it
export type { ChangePasswordRequest, UpdateUserRequest } from './flows/account.flow.js';
export type { ClientContext } from './flows/client-context.js';
export type { ExpiryIsFor } from './flows/code-proof.js';
export type { ConsumeCodeRequest } from './flows/consume-code.flow.js';
export type { LinkPhoneNumberRequest } from './flows/link-phone.flow.js';
export type { PasswordSignInRequest } from './flows/password-sign-in.flow.js';
export type { DeliveryState, DeliveryStatus } from './flows/delivery.flow.js';
export type { SendOtpRequest, SendOtpResult } from './flows/send-code.flow.js';
export type {
  SecondFactorCodeRequest,
  SecondFactorCodeResult,
  SecondFactorPending,
  SecondFactorRequest,
  SecondFactorStart,
} from './flows/second-factor.flow.js';
export type { AccountCodeRequest, AccountVerifyRequest } from './flows/account-code.flow.js';
export type { EmailSignInRequest } from './flows/email-sign-in.flow.js';
export type { AccountName } from './flows/named-accounts.js';
export type { RefreshResult } from './flows/refresh.flow.js';
export type { ResetPasswordRequest } from './flows/reset-password.flow.js';
export type { StepUpCodeRequest, StepUpRequest } from './flows/step-up.flow.js';
export type { CurrentSession as SignedIn } from './flows/session.flow.js';
export type { CleanupReport } from './flows/retention.flow.js';
export type { SignInResult, VerifyRequest } from './flows/sign-in.flow.js';
export type { NewSession, TokenPair } from './flows/token-pairs.js';
export type { KnownDevice } from './codes/known-devices.js';
export type { CountryConversion, HourlyMessages } from './limits/conversions.js';
export type { Session, SignInMethod } from './sessions/session.js';
export type { AccessTokenClaims } from './tokens/access-token-claims.js';

// events
export { EventSink } from './events/event-sink.js';
export type { EventDestination } from './events/event-base.js';
export type {
  ConversionLowEvent,
  GuessAlarmEvent,
  NumberDisabledEvent,
  PhoneAuthEvent,
  CodeFailedEvent,
  CodeSentEvent,
  MessageConcludedEvent,
  RefreshTokenReusedEvent,
  SendSuspectedEvent,
  SettingsChangedEvent,
  TestNumberUsedEvent,
  WebhookFailedEvent,
} from './events/phone-auth-event.js';
export type {
  CodeRequestedEvent,
  CodeVerifiedEvent,
  DecisionFailedEvent,
  NumberLinkedEvent,
  NumberReleasedEvent,
  PasswordChangedEvent,
  SecondFactorRequiredEvent,
  SessionEndedEvent,
  SignInSucceededEvent,
  StepUpSucceededEvent,
  TokensRefreshedEvent,
  TwoFactorChangedEvent,
} from './events/decision-event.js';

// errors
export { PHONE_AUTH_ERRORS, type PhoneAuthErrorCode } from './errors/error-codes.js';
export { KAVACHOS_ERRORS, type KavachosErrorCode } from './errors/kavachos-errors.js';
export { NODE_AUTH_ERRORS, type NodeAuthErrorCode } from './errors/node-auth-errors.js';
export {
  PhoneAuthError,
  type PhoneAuthErrorDetails,
  type RateLimitPolicy,
} from './errors/phone-auth.error.js';
export { PhoneAuthOptionError } from './errors/phone-auth-option.error.js';
export type { PhoneAuthErrorBody } from './http/http-errors.js';

// for the host's own routes
export { CurrentSession, CurrentUser } from './http/current-session.js';
export { OperatorGuard } from './http/operations/operator.guard.js';
export { PhoneAuthGuard } from './http/phone-auth.guard.js';
export { Public } from './http/public.decorator.js';
export { RecentOtpGuard, RequireRecentOtp } from './http/recent-otp.guard.js';
export { RequireVerifiedPhone, VerifiedPhoneGuard } from './http/verified-phone.guard.js';
export { ParsePhoneNumberPipe, type ParsePhoneNumberOptions } from './http/parse-phone-number.pipe.js';
export { PhoneThrottle } from './http/phone-throttle.decorator.js';

// phone numbers
export { type E164, parseE164, type ParseE164Options } from './phone/e164.js';
export { e164Schema } from './phone/e164.schema.js';
export { IsE164 } from './phone/is-e164.decorator.js';

// what a host can replace
export { type CodeAttempt, CodeVerifier } from './codes/code-verifier.js';
export { Clock } from './runtime/clock.js';
export { RandomSource } from './runtime/random-source.js';
export {
  Telemetry,
  type TelemetryAttributes,
  type TelemetryInstrument,
  type TelemetrySpan,
  type TelemetrySpanStart,
} from './runtime/telemetry.js';
export {
  type ReadReceipts,
  type Receipt,
  RECEIPT_READERS,
  ReceiptReader,
  type ReceiptReaders,
  type ReceiptRequest,
} from './sms/receipt-reader.js';
export { type SmsMessage, type SmsNotice, SmsSender } from './sms/sms-sender.js';
export type { SendFault, SendPrice, SendResult, SendStatus } from './sms/send-result.js';
export { SmsSendError } from './sms/sms-send-error.js';
export type { HttpGatewayOptions } from './sms/http-gateway-options.js';
export { HttpGatewaySmsSender } from './sms/http-gateway-sms-sender.js';
export { type SmsSegments, smsSegments } from './sms/segments.js';
export { SmsService } from './sms/sms-service.js';
export { SmsChain } from './sms/chain/sms-chain.js';
export type { SmsChainOptions, SmsChainStep } from './sms/chain/chain-options.js';
export { WebhookSmsSender } from './webhooks/webhook-sms-sender.js';
export { ConsoleSmsSender } from './sms/console-sms-sender.js';
export type { FieldValue, FieldValues } from './users/additional-fields.js';
export { type NodeAuthStore, type NodeAuthUser, NodeAuthUserStore } from './users/node-auth-user-store.js';
export type { HostUserColumn, HostUsers } from './users/host-users.js';
export { PasswordHasher } from './users/password-hasher.js';
export {
  type NewPhoneUser,
  type PhoneUser,
  type PhoneUserChanges,
  PhoneUserStore,
} from './users/phone-user-store.js';
export type { Transaction } from './persistence/database.js';
export { PHONE_AUTH_THROTTLER_STORAGE } from './limits/throttlers.js';
export { type Quota, type QuotaOutcome, type QuotaRefund, QuotaStore } from './limits/quota-store.js';
export { MemoryQuotaStore } from './limits/memory-quota-store.js';

// tables, for queries of the host's own
export { PhoneAuthUser } from './users/user.entity.js';
