import { Inject, Injectable } from '@nestjs/common';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import type { PhoneUserSummary } from '../options/options.js';
import type { WebhookEventType } from '../options/webhook-options.js';
import { maskPhoneNumber } from '../phone/mask.js';
import { Clock } from '../runtime/clock.js';
import { RandomSource } from '../runtime/random-source.js';
import type { SmsMessage } from '../sms/sms-sender.js';
import type { OutgoingEvent } from './outgoing-event.js';
import type {
  EventOf,
  PhoneNumberVerifiedEventData,
  SendOtpEventData,
  WebhookEnvelope,
  WebhookUser,
} from './webhook-event.js';

/** A number that was proven. */
export interface ProvenNumber {
  readonly phoneNumber: string;
  readonly user: PhoneUserSummary;
  readonly how: PhoneNumberVerifiedEventData['verification_type'];
  readonly isNewUser: boolean;
}

/** Puts events into words (S5.21 to S5.23). */
@Injectable()
export class WebhookEvents {
  constructor(
    private readonly clock: Clock,
    private readonly random: RandomSource,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {}

  /** The code of one message is one event, however often its sender is asked to send it. */
  sendOtp(message: SmsMessage): OutgoingEvent {
    const {
      phoneNumber,
      code,
      purpose,
      channel = 'sms',
      expiresIn,
      ipAddress = '',
      userAgent = '',
    } = message;
    const data: SendOtpEventData = {
      otp_code: code,
      otp_type: purpose === 'reset-password' ? 'forget-password' : purpose,
      delivery_preference: channel,
      expires_at: iso(this.clock.now() + expiresIn * 1_000),
      ip_address: ipAddress,
      user_agent: userAgent,
    };
    const user = { ...about(message.user), phone_number: phoneNumber };
    return this.outgoing('send.otp', user, data, message.idempotencyKey);
  }

  phoneNumberVerified({ phoneNumber, user, how, isNewUser }: ProvenNumber): OutgoingEvent {
    const shown = this.config.webhooks.maskNumbers ? maskPhoneNumber(phoneNumber) : phoneNumber;
    return this.outgoing(
      'phone_number.verified',
      { ...about(user), phone_number: shown, phone_number_verified: true },
      {
        phone_number: shown,
        verification_type: how,
        is_new_user: isNewUser,
        verified_at: iso(this.clock.now()),
      },
    );
  }

  private outgoing<Type extends WebhookEventType>(
    type: Type,
    user: WebhookUser,
    data: EventOf<Type>['event_data'],
    id = this.random.id(),
  ): OutgoingEvent {
    const { endpointId, projectName } = this.config.webhooks;
    const envelope: WebhookEnvelope<Type, EventOf<Type>['event_data']> = {
      event_id: id,
      event_type: type,
      timestamp: iso(this.clock.now()),
      context: { endpoint_id: endpointId, project_name: projectName },
      user,
      event_data: data,
    };
    return { id, type, body: JSON.stringify(envelope) };
  }
}

const iso = (moment: number): string => new Date(moment).toISOString();

/** What is known of an account, under the names that receivers know; of a number that nobody has, nothing. */
function about(user: PhoneUserSummary | undefined): WebhookUser {
  if (!user) return {};
  const { id, name, email, emailVerified, image, phoneNumberVerified, createdAt } = user;
  return {
    id,
    name,
    ...(email !== null && { email, email_verified: emailVerified }),
    ...(image !== null && { image }),
    phone_number_verified: phoneNumberVerified,
    created_at: iso(createdAt.getTime()),
  };
}
