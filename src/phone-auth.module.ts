import { type DynamicModule, Module, type NestModule, type Provider } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { HumanCheck } from './captcha/human-check.js';
import { PhoneAuthOptionError } from './errors/phone-auth-option.error.js';
import { CodeMac } from './codes/code-mac.js';
import { ClientChallenge } from './codes/client-challenge.js';
import { CodeStore } from './codes/code-store.js';
import { CodeVerifier, defaultCodeVerifier } from './codes/code-verifier.js';
import { IdleNumbers } from './codes/idle-numbers.js';
import { KnownDevices } from './codes/known-devices.js';
import { Ledger } from './codes/ledger.js';
import { OneTimeCodes } from './codes/one-time-codes.js';
import { SealedCodes } from './codes/sealed-codes.js';
import { renamedTables, tablesFor } from './entities.js';
import { CallbackEventSink } from './events/callback-event-sink.js';
import { EventSink } from './events/event-sink.js';
import { Events } from './events/events.js';
import { AccessTokenFlow } from './flows/access-token.flow.js';
import { AccountFlow } from './flows/account.flow.js';
import { AccountCodeFlow } from './flows/account-code.flow.js';
import { Admission } from './flows/admission.js';
import { CleanupTimer } from './flows/cleanup-timer.js';
import { CodeDelivery } from './flows/code-delivery.js';
import { CodeSending } from './flows/code-sending.js';
import { CodeMessenger } from './flows/code-messenger.js';
import { Decisions } from './flows/decisions.js';
import { DeliveryFlow } from './flows/delivery.flow.js';
import { Failover } from './flows/failover.js';
import { ErasureFlow } from './flows/erasure.flow.js';
import { LostMessages } from './flows/lost-messages.js';
import { MessageFates } from './flows/message-fates.js';
import { RecentLatencies } from './flows/recent-latencies.js';
import { CodeProof } from './flows/code-proof.js';
import { DirectEntry } from './flows/direct-entry.js';
import { Owners } from './flows/owners.js';
import { ConsumeCodeFlow } from './flows/consume-code.flow.js';
import { LinkPhoneFlow } from './flows/link-phone.flow.js';
import { MessageChannels } from './flows/message-channels.js';
import { EmailSignInFlow } from './flows/email-sign-in.flow.js';
import { NamedAccounts } from './flows/named-accounts.js';
import { NewAccounts } from './flows/new-accounts.js';
import { PasswordSignInFlow } from './flows/password-sign-in.flow.js';
import { SendCodeFlow } from './flows/send-code.flow.js';
import { SecondFactorFlow } from './flows/second-factor.flow.js';
import { SessionFlow } from './flows/session.flow.js';
import { PublicKeys } from './flows/public-keys.js';
import { ReceiptFlow } from './flows/receipt.flow.js';
import { RefreshFlow } from './flows/refresh.flow.js';
import { ResetPasswordFlow } from './flows/reset-password.flow.js';
import { RetentionFlow } from './flows/retention.flow.js';
import { SettingsFlow } from './flows/settings.flow.js';
import { SignInFlow } from './flows/sign-in.flow.js';
import { StepUpFlow } from './flows/step-up.flow.js';
import { TestNumbers } from './flows/test-numbers.js';
import { TwoFactorFlow } from './flows/two-factor.flow.js';
import { TokenPairs } from './flows/token-pairs.js';
import { ProvenNumbers } from './flows/proven-numbers.js';
import { VerificationCallback } from './flows/verification-callback.js';
import { controllersAt, operationsAt } from './http/controllers.js';
import { ClientCookies } from './http/client-cookies.js';
import { OperatorKeys } from './http/operations/operator-keys.js';
import { RequestClient } from './http/request-client.js';
import { RequestSession } from './http/request-session.js';
import { ReplacedSession } from './http/replaced-session.js';
import { SessionCookie } from './http/session-cookie.js';
import { SessionResponse } from './http/session-response.js';
import { CsrfTokens } from './http/csrf-tokens.js';
import { TokenAnswer } from './http/node-auth/token-answer.js';
import { TokenCookies } from './http/token-cookies.js';
import { Wire } from './http/wire.js';
import { KeysAtRoot } from './http/tokens/keys-at-root.js';
import { UnreadableBodies } from './http/unreadable-bodies.js';
import { AddressRefusal } from './limits/address-refusal.js';
import { MemoryThrottlerStorage } from './limits/memory-throttler-storage.js';
import { Conversions } from './limits/conversions.js';
import { quotaStore } from './limits/default-quota-store.js';
import { GuessGuard } from './limits/guess-guard.js';
import { NumberLimit } from './limits/number-limit.js';
import { OverQuotas } from './limits/over-quotas.js';
import { QuotaStore } from './limits/quota-store.js';
import { RefusedDestinations } from './limits/refused-destinations.js';
import { SendGuard } from './limits/send-guard.js';
import { SendStatStore } from './limits/send-stat-store.js';
import { PHONE_AUTH_THROTTLER_STORAGE, PHONE_AUTH_THROTTLERS, throttlers } from './limits/throttlers.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from './options/config.js';
import { checkDialects, checkDialectsFit, MOUNTED_DIALECTS, withoutExtras } from './options/dialect.js';
import { LiveSettings } from './options/live-settings.js';
import type { PhoneAuthOptions } from './options/options.js';
import { resolveConfig } from './options/resolve-config.js';
import {
  type ASYNC_OPTIONS_TYPE,
  ConfigurableModuleClass,
  MODULE_OPTIONS_TOKEN,
  type OPTIONS_TYPE,
  type PhoneAuthModuleExtras,
} from './phone-auth.module-definition.js';
import { PhoneAuthService } from './phone-auth.service.js';
import { Database } from './persistence/database.js';
import { PhoneNumbers } from './phone/phone-numbers.js';
import { BackgroundTasks } from './runtime/background-tasks.js';
import { Clock, SystemClock } from './runtime/clock.js';
import { MOUNT_PATH } from './runtime/mount-path.js';
import { CryptoRandomSource, RandomSource } from './runtime/random-source.js';
import { NoTelemetry, Telemetry } from './runtime/telemetry.js';
import { RefreshTokenSecrets } from './sessions/refresh-token-secrets.js';
import { RefreshTokenStore } from './sessions/refresh-token-store.js';
import { RefreshTokens } from './sessions/refresh-tokens.js';
import { SessionStore } from './sessions/session-store.js';
import { Sessions } from './sessions/sessions.js';
import { Tickets } from './sessions/tickets.js';
import { EarlyReceipts } from './sms/early-receipts.js';
import { MessageStore } from './sms/message-store.js';
import { RECEIPT_READERS } from './sms/receipt-reader.js';
import { SmsDelivery } from './sms/sms-delivery.js';
import { SmsSender } from './sms/sms-sender.js';
import { SettingStore } from './settings/setting-store.js';
import { Settings } from './settings/settings.js';
import { AccessTokens } from './tokens/access-tokens.js';
import { SigningKeys } from './tokens/signing-keys.js';
import { AdditionalFields } from './users/additional-fields.js';
import { Argon2PasswordHasher } from './users/argon2-password-hasher.js';
import { HostUserStore } from './users/host-user-store.js';
import type { HostUsers } from './users/host-users.js';
import { PasswordHasher } from './users/password-hasher.js';
import { Passwords } from './users/passwords.js';
import { PhoneUserStore } from './users/phone-user-store.js';
import { TypeOrmPhoneUserStore } from './users/typeorm-phone-user-store.js';
import { BlockingDelivery } from './webhooks/blocking-delivery.js';
import { OutboxWorker } from './webhooks/outbox-worker.js';
import { WebhookDeliveryStore } from './webhooks/webhook-delivery-store.js';
import { WebhookOutbox } from './webhooks/webhook-outbox.js';
import { HostResolver, SystemHostResolver } from './webhooks/host-resolver.js';
import { ReceiverAddresses } from './webhooks/receiver-addresses.js';
import { senderBesideWebhooks, smsSender } from './webhooks/sms-senders.js';
import { WebhookBootCheck } from './webhooks/webhook-boot-check.js';
import { WebhookClient } from './webhooks/webhook-client.js';
import { WebhookEvents } from './webhooks/webhook-events.js';
import { WebhookHttp } from './webhooks/webhook-http.js';
import { WebhookKeys } from './webhooks/webhook-keys.js';
import { WebhookPackages } from './webhooks/webhook-packages.js';
import { WebhookSigner } from './webhooks/webhook-signer.js';
import { WebhookSmsSender } from './webhooks/webhook-sms-sender.js';

const ROOMS: Provider[] = [
  LiveSettings,
  { provide: Clock, useClass: SystemClock },
  { provide: RandomSource, useClass: CryptoRandomSource },
  { provide: Telemetry, useClass: NoTelemetry },
  BackgroundTasks,
  PhoneNumbers,
  {
    provide: EventSink,
    inject: [PHONE_AUTH_CONFIG],
    useFactory: ({ onEvent }: PhoneAuthConfig) => new CallbackEventSink(onEvent),
  },
  Events,
  CodeMac,
  SealedCodes,
  Ledger,
  CodeStore,
  IdleNumbers,
  ClientChallenge,
  KnownDevices,
  { provide: CodeVerifier, inject: [PHONE_AUTH_CONFIG], useFactory: defaultCodeVerifier },
  OneTimeCodes,
  { provide: PhoneUserStore, useClass: TypeOrmPhoneUserStore },
  { provide: PasswordHasher, useClass: Argon2PasswordHasher },
  Passwords,
  AdditionalFields,
  SessionStore,
  RefreshTokenSecrets,
  RefreshTokenStore,
  RefreshTokens,
  Sessions,
  Tickets,
  SigningKeys,
  AccessTokens,
  WebhookPackages,
  { provide: HostResolver, useClass: SystemHostResolver },
  ReceiverAddresses,
  WebhookBootCheck,
  WebhookKeys,
  WebhookSigner,
  WebhookHttp,
  WebhookClient,
  WebhookEvents,
  BlockingDelivery,
  WebhookDeliveryStore,
  WebhookOutbox,
  OutboxWorker,
  {
    provide: WebhookSmsSender,
    inject: [LiveSettings, WebhookEvents, BlockingDelivery, PHONE_AUTH_CONFIG],
    useFactory: (
      live: LiveSettings,
      events: WebhookEvents,
      delivery: BlockingDelivery,
      config: PhoneAuthConfig,
    ) => new WebhookSmsSender(live, events, delivery, senderBesideWebhooks(config)),
  },
  { provide: SmsSender, inject: [PHONE_AUTH_CONFIG, WebhookSmsSender], useFactory: smsSender },
  SmsDelivery,
  MessageStore,
  EarlyReceipts,
  { provide: PHONE_AUTH_THROTTLERS, inject: [PHONE_AUTH_CONFIG], useFactory: throttlers },
  {
    provide: PHONE_AUTH_THROTTLER_STORAGE,
    inject: [Clock],
    useFactory: (clock: Clock) => new MemoryThrottlerStorage(clock),
  },
  {
    provide: QuotaStore,
    inject: [PHONE_AUTH_CONFIG, Clock, Database, BackgroundTasks],
    useFactory: quotaStore,
  },
  OverQuotas,
  AddressRefusal,
  RefusedDestinations,
  SendStatStore,
  Conversions,
  SendGuard,
  GuessGuard,
  NumberLimit,
  HumanCheck,
  Decisions,
  Admission,
  TestNumbers,
  CodeProof,
  Owners,
  DirectEntry,
  MessageChannels,
  RecentLatencies,
  LostMessages,
  CodeSending,
  Failover,
  MessageFates,
  CodeDelivery,
  DeliveryFlow,
  { provide: RECEIPT_READERS, useValue: {} },
  ReceiptFlow,
  CodeMessenger,
  NewAccounts,
  TokenPairs,
  SendCodeFlow,
  ConsumeCodeFlow,
  SignInFlow,
  PasswordSignInFlow,
  LinkPhoneFlow,
  ResetPasswordFlow,
  SecondFactorFlow,
  VerificationCallback,
  ProvenNumbers,
  SettingStore,
  Settings,
  SettingsFlow,
  OperatorKeys,
  SessionFlow,
  StepUpFlow,
  TwoFactorFlow,
  AccountFlow,
  AccessTokenFlow,
  RetentionFlow,
  CleanupTimer,
  ErasureFlow,
  PublicKeys,
  RefreshFlow,
  NamedAccounts,
  AccountCodeFlow,
  EmailSignInFlow,
  Wire,
  SessionCookie,
  ClientCookies,
  TokenCookies,
  CsrfTokens,
  TokenAnswer,
  ReplacedSession,
  SessionResponse,
  RequestSession,
  RequestClient,
  UnreadableBodies,
  KeysAtRoot,
  PhoneAuthService,
];

/** What hosts inject, and what our guards need where hosts use them. */
const EXPORTS = [
  PhoneAuthService,
  PhoneUserStore,
  SmsSender,
  Clock,
  RequestSession,
  PhoneNumbers,
  OperatorKeys,
  PHONE_AUTH_CONFIG,
  AddressRefusal,
  RefusedDestinations,
  PHONE_AUTH_THROTTLERS,
  PHONE_AUTH_THROTTLER_STORAGE,
  QuotaStore,
];

/**
 * Phone-number sign-in for a NestJS application: routes, service, guard and tables.
 *
 * It needs a TypeORM data source (PostgreSQL, MySQL, MariaDB, or SQLite through better-sqlite3) set up with
 * `TypeOrmModule.forRoot()`.
 * Import it twice, with two paths and two cookie prefixes, for two audiences.
 *
 * @example
 * ```ts
 * @Module({
 *   imports: [
 *     TypeOrmModule.forRoot({ type: 'postgres', url: process.env.DATABASE_URL, autoLoadEntities: true }),
 *     PhoneAuthModule.forRoot({
 *       secret: process.env.PHONE_AUTH_SECRET!,
 *       sendOTP: ({ phoneNumber, text }) => sms.send(phoneNumber, text),
 *     }),
 *   ],
 * })
 * export class AppModule {}
 * ```
 * @publicApi
 */
@Module({})
export class PhoneAuthModule extends ConfigurableModuleClass implements NestModule {
  constructor(
    private readonly unreadableBodies: UnreadableBodies,
    private readonly keysAtRoot: KeysAtRoot,
  ) {
    super();
  }

  /** Nest calls this once the bodies' parsers are in place and before there are routes. */
  configure(): void {
    this.unreadableBodies.install();
    this.keysAtRoot.install();
  }

  /**
   * Options that are known when the module is written.
   *
   * @throws PhoneAuthOptionError while the application starts, where an option cannot be right
   */
  static override forRoot(options: typeof OPTIONS_TYPE): DynamicModule {
    return assemble(super.forRoot(options), options, options.admin !== undefined);
  }

  /**
   * Options that a factory makes, from a configuration service for example. What shapes the module (`path`,
   * `controllers`, `dialects`, `dataSource`, `isGlobal`, `providers`) stands beside `useFactory`.
   *
   * @throws PhoneAuthOptionError while the application starts, where an option cannot be right
   */
  static override forRootAsync(options: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    // whether the factory will name operators is not known yet
    return assemble(super.forRootAsync(options), options, true);
  }
}

function assemble(
  definition: DynamicModule,
  extras: PhoneAuthModuleExtras,
  operations: boolean,
): DynamicModule {
  const {
    dataSource,
    schema,
    users,
    path = 'auth',
    controllers = true,
    dialects = [],
    guards = [],
    isGlobal = false,
    prepareStatements = true,
    imports = [],
    providers = [],
  } = extras;
  checkDialects(dialects);
  const mountedDialects = controllers ? dialects : [];
  if (users && schema?.user) {
    throw new PhoneAuthOptionError('schema.user', 'set beside users', 'leave it out: users.columns says it');
  }
  const renamed = renamedTables(schema);
  return {
    ...definition,
    global: isGlobal,
    imports: [TypeOrmModule.forFeature(tablesFor(renamed, users), dataSource), ...imports],
    providers: [
      ...(definition.providers ?? []),
      {
        provide: Database,
        inject: [getDataSourceToken(dataSource)],
        useFactory: (source: DataSource) => new Database(source, renamed, prepareStatements),
      },
      {
        provide: PHONE_AUTH_CONFIG,
        inject: [MODULE_OPTIONS_TOKEN],
        useFactory: (options: PhoneAuthOptions) => {
          const config = resolveConfig(
            withoutExtras(options, controllers ? { dialects, guards } : undefined),
          );
          checkDialectsFit(mountedDialects, config);
          return config;
        },
      },
      { provide: MOUNT_PATH, useValue: path },
      { provide: MOUNTED_DIALECTS, useValue: mountedDialects },
      ...ROOMS,
      ...(users ? [hostUserStore(users)] : []),
      // later providers of a token replace earlier ones
      ...providers,
    ],
    controllers: controllers
      ? [...controllersAt(path, dialects, guards), ...(operations ? operationsAt(path) : [])]
      : [],
    exports: EXPORTS,
  };
}

function hostUserStore(users: HostUsers): Provider {
  return {
    provide: PhoneUserStore,
    inject: [Database, Clock, RandomSource, PHONE_AUTH_CONFIG],
    useFactory: (db: Database, clock: Clock, random: RandomSource, config: PhoneAuthConfig) =>
      new HostUserStore(users, db, clock, random, config),
  };
}
