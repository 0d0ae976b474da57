/** Every purpose that there is. */
export const CODE_PURPOSES = ['sign-in', 'reset-password', 'second-factor', 'step-up'] as const;

/**
 * What a one-time code may be used for: to sign in, to set a new password, to finish a sign-in that began with a password,
 * or to show again, while signed in, that the number is at hand. It is part of the code's row and of its MAC, so a code of
 * one purpose never passes for another (I2, S1.26).
 *
 * @publicApi
 */
export type CodePurpose = (typeof CODE_PURPOSES)[number];
