/**
 * What a one-time code may be used for. It is part of the code's row and of its MAC, so a code of one purpose never
 * passes for another (I2, S1.26).
 *
 * @publicApi
 */
export type CodePurpose = 'sign-in' | 'reset-password';
