import type { CodePurpose } from '../options/code-purpose.js';
import type { SignInMethod } from '../sessions/session.js';
import type { ClientContext } from './client-context.js';
import type { Decision } from './decisions.js';

/** Of what a sign-in gives, what is told. */
interface Entered {
  readonly user: { readonly id: string };
  readonly signedIn: { readonly session: { readonly id: string } } | null;
  readonly isNewUser: boolean;
}

/** Somebody asks for a code. */
export const codeRequest = (
  span: string,
  purpose: CodePurpose,
): Decision<ClientContext & { readonly requestedBy?: string | undefined }, unknown> => ({
  span,
  granted: (_, { requestedBy }) => ({ type: 'code.requested', purpose, ...by(requestedBy) }),
  refused: ({ requestedBy }) => ({ type: 'code-request.failed', purpose, ...by(requestedBy) }),
});

/** Somebody signs in. */
export const signIn = (span: string, method: SignInMethod): Decision<ClientContext, Entered> => ({
  span,
  granted: ({ user, signedIn, isNewUser }) => ({
    type: 'sign-in.succeeded',
    method,
    userId: user.id,
    ...(signedIn && { sessionId: signedIn.session.id }),
    isNewUser,
  }),
  refused: () => ({ type: 'sign-in.failed', method }),
});

const BY_PASSWORD = signIn('password_sign_in', 'pwd');

/** By password, where a second factor may have to follow. */
export const PASSWORD_SIGN_IN: Decision<ClientContext, Entered | { readonly requiresTwoFactor: true }> = {
  ...BY_PASSWORD,
  granted: (result, request) =>
    'requiresTwoFactor' in result
      ? { type: 'second-factor.required', method: 'pwd' }
      : BY_PASSWORD.granted(result, request),
};

/** Somebody who is signed in shows that his number is still at hand. */
export const STEP_UP: Decision<ClientContext, Entered> = {
  span: 'step_up',
  granted: ({ user, signedIn }) => ({
    type: 'step-up.succeeded',
    userId: user.id,
    ...(signedIn && { sessionId: signedIn.session.id }),
  }),
  refused: () => ({ type: 'step-up.failed' }),
};

/** A refresh token is shown. */
export const REFRESH: Decision<
  ClientContext,
  { readonly user: { readonly id: string }; readonly session: { readonly id: string } }
> = {
  span: 'refresh',
  granted: ({ user, session }) => ({ type: 'tokens.refreshed', userId: user.id, sessionId: session.id }),
  refused: () => ({ type: 'token-refresh.failed' }),
};

/** Whether a password takes a code beside it. */
export const TWO_FACTOR_CHANGE: Decision<
  ClientContext & { readonly userId: string },
  { readonly twoFactorEnabled?: boolean | undefined }
> = {
  span: 'change_two_factor',
  granted: ({ twoFactorEnabled = false }, { userId }) => ({
    type: 'two-factor.changed',
    userId,
    enabled: twoFactorEnabled,
  }),
  refused: ({ userId }) => ({ type: 'two-factor-change.failed', userId }),
};

/** The host has a code checked, and nothing else: that it was right is told as of every code. */
export const CODE_CHECK: Decision<ClientContext, unknown> = {
  span: 'check_code',
  granted: () => undefined,
  refused: () => ({ type: 'code-check.failed', purpose: 'sign-in' }),
};

/** Somebody adds a number to his account, or changes it. */
export const NUMBER_LINK: Decision<ClientContext & { readonly userId: string }, unknown> = {
  span: 'link_number',
  granted: (_, { userId }) => ({ type: 'number.linked', userId }),
  refused: ({ userId }) => ({ type: 'number-link.failed', userId }),
};

/** A new password by a code: whose account it is, the flow finds out. */
export const PASSWORD_RESET: Decision<ClientContext, { readonly userId: string }> = {
  span: 'reset_password',
  granted: ({ userId }) => ({ type: 'password.changed', method: 'sms', userId }),
  refused: () => ({ type: 'password-change.failed', method: 'sms' }),
};

/** A new password by the one before. */
export const PASSWORD_CHANGE: Decision<ClientContext & { readonly userId: string }, unknown> = {
  span: 'change_password',
  granted: (_, { userId }) => ({ type: 'password.changed', method: 'pwd', userId }),
  refused: ({ userId }) => ({ type: 'password-change.failed', method: 'pwd', userId }),
};

const by = (userId: string | undefined) => (userId === undefined ? {} : { userId });
