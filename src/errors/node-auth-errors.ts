/**
 * The codes that the routes of the node-auth dialect answer with beside those of {@link PHONE_AUTH_ERRORS}, and their English
 * messages, which are node-auth's where it has one. On these routes `error` holds the message as well.
 *
 * @example
 * ```ts
 * if (body.code === 'INVALID_SMS_CODE') askForTheCodeAgain();
 * ```
 * @publicApi
 */
export const NODE_AUTH_ERRORS = {
  INVALID_SMS_CODE: 'Invalid or expired SMS code',
  SMS_NOT_CONFIGURED: 'SMS is not configured',
  USER_NOT_FOUND: 'User not found',
  '2FA_SETUP_REQUIRED': 'Two-factor authentication has to be set up first',
} as const;

/**
 * One of the codes in {@link NODE_AUTH_ERRORS}.
 *
 * @publicApi
 */
export type NodeAuthErrorCode = keyof typeof NODE_AUTH_ERRORS;
