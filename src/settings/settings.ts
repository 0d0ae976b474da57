import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Events } from '../events/events.js';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import { LiveSettings, type PhoneNumberSettings, type WebhookSettings } from '../options/live-settings.js';
import { Clock } from '../runtime/clock.js';
import { readSetting, type SettingName, type SettingValues } from './setting-rules.js';
import { SettingStore, type StoredSetting } from './setting-store.js';

/** What another process has set is in force here within a second (S5.14). */
const LOOK_EVERY = 900;
/** A database that is down says so in the log each time. */
const LOOK_AGAIN_AFTER_FAILURE = 5_000;

/** Of so many who change one setting at once, the last one has lost that often. */
const MOST_LOST_RACES = 50;

/**
 * What an operator changes while the application runs: kept in a table, in force in this process at once and in every other
 * within a second. Where there are no operators (no `admin`), nothing is ever asked. A database that is down leaves
 * everything as it was.
 */
@Injectable()
export class Settings implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('PhoneAuth');
  /** As the options say. */
  private readonly configured: Pick<LiveSettings, 'phoneNumber' | 'webhooks'>;
  private readonly inForce = new Map<string, StoredSetting>();
  private timer: NodeJS.Timeout | undefined;
  private changes = 0;

  constructor(
    private readonly store: SettingStore,
    private readonly live: LiveSettings,
    private readonly events: Events,
    private readonly clock: Clock,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {
    const { phoneNumber, webhooks } = live;
    this.configured = { phoneNumber, webhooks };
  }

  /** Nothing is answered before it is known whether there is sign-in at all. */
  async onModuleInit(): Promise<void> {
    if (!this.config.admin) return;
    await this.refresh();
    this.lookLater(LOOK_EVERY);
  }

  onModuleDestroy(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** What other processes have set, in one statement. */
  async refresh(): Promise<void> {
    const before = this.changes;
    const rows = await this.store.all();
    // what was written here while that was read is newer
    if (this.changes !== before) return;
    for (const row of rows) if (row.version !== this.versionOf(row.name)) this.apply(row);
  }

  /** What would be in force with a value. */
  phoneNumberWith({ allowedAttempts, ...setting }: SettingValues['phone-number']): PhoneNumberSettings {
    const mayDiffer = this.config.admin?.allowedAttempts && allowedAttempts !== undefined;
    return { ...this.configured.phoneNumber, ...setting, ...(mayDiffer && { allowedAttempts }) };
  }

  /** What would be in force with a value. */
  webhooksWith({ url, ...setting }: SettingValues['webhooks']): WebhookSettings {
    const configured = this.configured.webhooks;
    return { ...configured, ...setting, url: url === undefined ? configured.url : (url ?? undefined) };
  }

  /**
   * Changes the fields that are named and leaves the others alone, whoever changes those at the same moment.
   *
   * @param keyId whose key it was, for the record
   * @throws PhoneAuthError `SERVICE_UNAVAILABLE`
   */
  async merge<Name extends SettingName>(
    name: Name,
    changes: SettingValues[Name],
    keyId: string,
  ): Promise<void> {
    if (Object.keys(changes).length === 0) return;
    await this.write(name, (present) => ({ ...present, ...changes }));
    this.tell(name, changes, keyId);
  }

  /** Sets all fields: those that are not named are as the options say. @throws PhoneAuthError `SERVICE_UNAVAILABLE` */
  async replace<Name extends SettingName>(
    name: Name,
    value: SettingValues[Name],
    keyId: string,
  ): Promise<void> {
    await this.write(name, () => value);
    this.tell(name, value, keyId);
  }

  /** By compare-and-set on the version: nobody's change gets lost under another. */
  private async write<Name extends SettingName>(
    name: Name,
    change: (present: SettingValues[Name] | undefined) => SettingValues[Name],
  ): Promise<void> {
    for (let lost = 0; lost < MOST_LOST_RACES; lost += 1) {
      const present = await this.store.find(name);
      const value = JSON.stringify(change(present && readSetting(name, present.value)));
      const next = { name, value, version: (present?.version ?? 0) + 1 };
      if (!(await this.store.put(next, this.clock.now()))) continue;
      this.changes += 1;
      if (next.version > this.versionOf(name)) this.apply(next);
      return;
    }
    throw new PhoneAuthError('SERVICE_UNAVAILABLE', { retryAfter: 1 });
  }

  private tell(setting: SettingName, changes: object, keyId: string): void {
    this.events.emit({ type: 'settings.changed', setting, fields: Object.keys(changes), keyId });
  }

  private apply(row: StoredSetting): void {
    const { name, value } = row;
    if (name === 'phone-number') this.live.phoneNumber = this.phoneNumberWith(readSetting(name, value));
    if (name === 'webhooks') this.live.webhooks = this.webhooksWith(readSetting(name, value));
    this.inForce.set(name, row);
  }

  private versionOf(name: string): number {
    return this.inForce.get(name)?.version ?? 0;
  }

  private lookLater(delay: number): void {
    this.timer = setTimeout(() => void this.look(), delay).unref();
  }

  private async look(): Promise<void> {
    let delay = LOOK_EVERY;
    try {
      await this.refresh();
    } catch (error) {
      delay = LOOK_AGAIN_AFTER_FAILURE;
      this.logger.error(`The settings were not read and stay as they are: ${String(error)}`);
    }
    if (this.timer) this.lookLater(delay);
  }
}
