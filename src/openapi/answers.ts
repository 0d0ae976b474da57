import type { Schema } from './document.js';
import { FLAG, MOMENT, named, object, oneOf, listOf, orNull, SECONDS, TEXT, TRUE } from './schema.js';

// What answers of several routes have in common.

export const SUCCESS = object({ success: TRUE });
export const STATUS = object({ status: TRUE });

const CHANNELS = { channels: listOf(oneOf('sms', 'whatsapp', 'voice')) };

/** What whoever asked for a code is told. */
export const sent = (words: Readonly<Record<string, Schema>>): Schema =>
  object({ ...words, expiresIn: SECONDS, resendAfter: SECONDS, challenge: TEXT }, CHANNELS);

export const CODE_SENT = sent({ success: TRUE, message: TEXT });

const BRIEF_SESSION = object({ id: TEXT, expiresAt: MOMENT });

/** With token pairs. */
export const TOKENS = { accessToken: TEXT, refreshToken: TEXT, expiresIn: SECONDS };

/** A sign-in, beside the words in which it says so. */
export const signIn = (words: Readonly<Record<string, Schema>> = {}): Schema =>
  object({ ...words, token: TEXT, user: named('PhoneAuthUser'), session: BRIEF_SESSION }, TOKENS);

/** A sign-in that may leave nobody signed in. */
export const proof = (words: Readonly<Record<string, Schema>>): Schema =>
  object(
    {
      ...words,
      token: orNull(TEXT),
      user: named('PhoneAuthUser'),
      session: orNull(BRIEF_SESSION),
      isNewUser: FLAG,
    },
    TOKENS,
  );

export const NEW_TOKEN = object({ token: orNull(TEXT), user: named('PhoneAuthUser') }, TOKENS);

export const TOKEN_PAIR = object({ success: TRUE, ...TOKENS });
