import type {
  ChangePasswordAnswer,
  DeliveryAnswer,
  PasswordResetAnswer,
  PasswordResetCodeAnswer,
  PhoneAuthClientSession,
  SecondFactorAnswer,
  SecondFactorCodeAnswer,
  SendOtpAnswer,
  SessionAnswer,
  SignInAnswer,
  StatusAnswer,
  SuccessAnswer,
  TwoFactorAnswer,
  VerifyAnswer,
  VerifyCodeAnswer,
} from './answers.js';
import { ClientSession } from './client-session.js';
import type { PhoneAuthClient } from './client.js';
import type { SignInInput } from './inputs.js';
import type { PhoneAuthCallOptions, PhoneAuthClientOptions } from './options.js';
import type { PhoneAuthResult } from './result.js';
import { after } from './after.js';
import { nodeAuthCalls } from './node-auth-calls.js';
import { Transport } from './transport.js';

/**
 * A client for the routes of `PhoneAuthModule`, for browsers and Node. It needs nothing but `fetch`.
 *
 * `Fields` names the host's `additionalFields`, which users then have and which `verify` and `updateUser` take.
 *
 * @example
 * ```ts
 * const client = createPhoneAuthClient({ baseURL: '/api' }); // calls /api/auth/…
 *
 * await client.auth.phoneNumber.sendOTP({ phoneNumber });
 * const { data, error } = await client.auth.signIn.phoneNumber({ phoneNumber, code });
 * if (error?.code === 'INVALID_OTP') tryAgain(error.attemptsRemaining);
 * else if (data) welcome(data.user.name);
 * ```
 * @publicApi
 */
export function createPhoneAuthClient<Fields extends object = object>(
  options: PhoneAuthClientOptions = {},
): PhoneAuthClient<Fields> {
  const own = new ClientSession(options.onToken);
  const http = new Transport(options, () => own.ended());

  const sendOTP: PhoneAuthClient<Fields>['auth']['phoneNumber']['sendOTP'] = (input, call) =>
    http.post<SendOtpAnswer>('phone-number/send-otp', input, call);

  function signIn(
    input: SignInInput & { readonly code: string },
    call?: PhoneAuthCallOptions,
  ): Promise<PhoneAuthResult<SignInAnswer<Fields>>>;
  function signIn(
    input: SignInInput,
    call?: PhoneAuthCallOptions,
  ): Promise<PhoneAuthResult<SignInAnswer<Fields> | SecondFactorAnswer>>;
  function signIn(input: SignInInput, call?: PhoneAuthCallOptions) {
    return after(
      http.post<SignInAnswer<Fields> | SecondFactorAnswer>('sign-in/phone-number', input, call),
      (data) => (data.requiresTwoFactor ? undefined : own.started(data.token, data.session)),
    );
  }

  return {
    auth: {
      ...nodeAuthCalls<Fields>(http, own),

      phoneNumber: {
        sendOTP,
        sendOtp: sendOTP,

        delivery: ({ challenge }, call) =>
          http.get<DeliveryAnswer>('phone-number/delivery', 'object', {
            ...call,
            headers: { ...call?.headers, 'x-challenge': challenge },
          }),

        verify: (input, call) =>
          after(http.post<VerifyAnswer<Fields>>('phone-number/verify', input, call), ({ token, session }) =>
            token !== null && session ? own.started(token, session) : undefined,
          ),

        requestPasswordReset: (input, call) =>
          http.post<PasswordResetCodeAnswer>('phone-number/request-password-reset', input, call),

        // ends the sessions of whoever has the number: perhaps this one
        resetPassword: (input, call) =>
          after(http.post<PasswordResetAnswer>('phone-number/reset-password', input, call), () =>
            own.changed(),
          ),
      },

      phone: {
        sendCode: (input, call) => http.post<SuccessAnswer>('phone/send-code', input, call),

        verifyCode: (input, call) =>
          after(http.post<VerifyCodeAnswer<Fields>>('phone/verify-code', input, call), ({ session }) =>
            own.started(session.token),
          ),
      },

      signIn: {
        phoneNumber: signIn,
      },

      twoFactor: {
        enable: (input, call) =>
          after(http.post<TwoFactorAnswer<Fields>>('two-factor/enable', input, call), () => own.changed()),

        disable: (input, call) =>
          after(http.post<TwoFactorAnswer<Fields>>('two-factor/disable', input, call), () => own.changed()),

        sendOtp: (input, call) => http.post<SecondFactorCodeAnswer>('two-factor/send-otp', input, call),

        verifyOtp: (input, call) =>
          after(http.post<SignInAnswer<Fields>>('two-factor/verify-otp', input, call), ({ token, session }) =>
            own.started(token, session),
          ),
      },

      stepUp: {
        sendOtp: (call) => http.post<SecondFactorCodeAnswer>('step-up/send-otp', {}, call),

        verify: (input, call) =>
          after(http.post<SignInAnswer<Fields>>('step-up/verify', input, call), ({ token, session }) =>
            own.started(token, session),
          ),
      },

      getSession: (call) =>
        after(http.get<SessionAnswer<Fields> | null>('get-session', 'object or null', call), (current) =>
          own.seen(current?.session),
        ),

      signOut: (call) =>
        after(http.post<SuccessAnswer>('sign-out', {}, call), async () => {
          await http.pairs.forget();
          await own.ended();
        }),

      listSessions: (call) =>
        after(http.get<PhoneAuthClientSession[]>('list-sessions', 'array', call), (sessions) =>
          own.seenAmong(sessions),
        ),

      revokeSession: (input, call) =>
        after(http.post<StatusAnswer>('revoke-session', input, call), () => {
          const ended = own.owns(input.token);
          if (ended) return own.ended();
          // it may have been the own one: those who listen can look
          return ended === undefined ? own.changed() : undefined;
        }),

      revokeSessions: (call) =>
        after(http.post<StatusAnswer>('revoke-sessions', {}, call), () => own.ended()),

      revokeOtherSessions: (call) => http.post<StatusAnswer>('revoke-other-sessions', {}, call),

      updateUser: (input, call) =>
        after(http.post<StatusAnswer>('update-user', input, call), () => own.changed()),

      changePassword: (input, call) =>
        after(http.post<ChangePasswordAnswer<Fields>>('change-password', input, call), ({ token }) =>
          token === null ? undefined : own.started(token),
        ),

      onSessionChange: (listener) => own.subscribe(listener),
    },
  };
}
