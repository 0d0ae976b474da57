/** What can be sent to a webhook. */
export const WEBHOOK_EVENTS = ['send.otp', 'phone_number.verified'] as const;

/**
 * - `send.otp`: a code has to reach a phone; whoever asked for it waits with `delivery: 'await'`.
 * - `phone_number.verified`: a number was proven; nobody waits.
 *
 * @publicApi
 */
export type WebhookEventType = (typeof WEBHOOK_EVENTS)[number];

/**
 * Events go to an address of yours, signed, in the form that Neon Auth gives them. Receivers check them with
 * `nestjs-phone-auth/webhooks`, with any JWS library, or with the twenty lines of Neon's guide. Needs the packages `undici`, 7,
 * and `jose`, 5 or 6.
 *
 * @example
 * ```ts
 * webhooks: { url: 'https://app.example.com/webhooks/phone', events: ['phone_number.verified'] }
 * ```
 * @publicApi
 */
export interface WebhookOptions {
  /**
   * Where events go: https, on the internet. The name is looked up for every delivery, and nothing is sent where one of
   * its addresses belongs to this machine, a private network or a cloud's own services. Redirects are not followed. Without
   * it, events go nowhere until an operator says where.
   */
  url?: string | undefined;
  /**
   * Which events go there. With `send.otp`, codes go there and to no other sender; without, to `sendOTP` as ever.
   * @default ['send.otp', 'phone_number.verified']
   */
  events?: readonly WebhookEventType[];
  /**
   * Seconds that the receiver has to answer one attempt, 1 to 10. For `send.otp` there are up to three attempts at once,
   * and 15 seconds for all of them.
   * @default 5
   */
  timeoutSeconds?: number;
  /** `context.endpoint_id` of every event: which installation it comes from. @default 'default' */
  endpointId?: string;
  /** `context.project_name` of every event. @default messages.appName, or 'nestjs-phone-auth' */
  projectName?: string;
  /** What the names of the six headers begin with. @default 'X-Neon-' */
  headerPrefix?: string;
  /**
   * Hides all but the first and the last two characters of the number in `phone_number.verified`, for receivers to which the
   * user's id is enough (R61). `send.otp` has the whole number always.
   * @default false
   */
  maskNumbers?: boolean;
  /**
   * Whether the public keys are at the origin's root as well, `/.well-known/jwks.json`, where some receivers look for
   * them. They are below the module's path always.
   * @default false
   */
  keysAtRoot?: boolean;
  /**
   * Lets `url` be http, and lead to this machine or a private network: for development. Whoever may set the address can then
   * have the server talk to its own network. `true` stops the start in production; `'in-production'` says that it is meant,
   * for a receiver beside the application that nothing else reaches.
   * @default false
   */
  allowInsecure?: boolean | 'in-production';
}
