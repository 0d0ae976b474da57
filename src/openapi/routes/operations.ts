import { OperationsController } from '../../http/operations/operations.controller.js';
import { WEBHOOK_EVENTS } from '../../options/webhook-options.js';
import { describedController, type RouteDescription } from '../route-description.js';
import { FLAG, listOf, object, oneOf, orNull, SECONDS } from '../schema.js';

const PHONE_NUMBER = object(
  { enabled: FLAG, otp_expires_in: SECONDS },
  { allowed_attempts: { type: 'integer', minimum: 1 } },
);

const WEBHOOK_URL = orNull({ type: 'string', format: 'uri' });

const WEBHOOKS = object({
  enabled: FLAG,
  webhook_url: WEBHOOK_URL,
  enabled_events: listOf(oneOf(...WEBHOOK_EVENTS)),
  timeout_seconds: SECONDS,
});

const OPERATOR = {
  exists: ({ admin }) => admin !== undefined,
  credentials: 'operator',
  errors: ['PROJECT_NOT_FOUND'],
} as const satisfies Partial<RouteDescription>;

const OF_WEBHOOKS = {
  ...OPERATOR,
  exists: ({ admin, webhooks }) => admin !== undefined && webhooks.inUse,
} as const satisfies Partial<RouteDescription>;

export const OPERATIONS_ROUTES = [
  describedController(OperationsController, {
    plugins: {
      ...OPERATOR,
      summary: 'What can be changed while the application runs',
      answer: object({ phone_number: PHONE_NUMBER }),
    },
    phoneNumber: { ...OPERATOR, summary: 'How phone sign-in is set', answer: PHONE_NUMBER },
    changePhoneNumber: { ...OPERATOR, summary: 'Set how phone sign-in works', answer: PHONE_NUMBER },
    webhooks: { ...OF_WEBHOOKS, summary: 'Where events go', answer: WEBHOOKS },
    setWebhooks: {
      ...OF_WEBHOOKS,
      summary: 'Set where events go',
      fields: { webhook_url: WEBHOOK_URL },
      answer: WEBHOOKS,
      errors: ['PROJECT_NOT_FOUND', 'INVALID_WEBHOOK_URL'],
    },
  }),
];
