/**
 * The codes that the routes of the KavachOS dialect answer with beside those of {@link PHONE_AUTH_ERRORS}, and their English
 * messages.
 *
 * @example
 * ```ts
 * if (body.code === 'CODE_EXPIRED') askForANewCode();
 * ```
 * @publicApi
 */
export const KAVACHOS_ERRORS = {
  PHONE_INVALID: 'Phone number must be in E.164 form, such as +12025550123',
  INVALID_CODE: 'Invalid code',
  CODE_EXPIRED: 'Code expired',
} as const;

/**
 * One of the codes in {@link KAVACHOS_ERRORS}.
 *
 * @publicApi
 */
export type KavachosErrorCode = keyof typeof KAVACHOS_ERRORS;
