// The public door of nestjs-phone-auth/client: for browsers, so nothing of the server may come along.
export { createPhoneAuthClient } from './create-client.js';
export type { NodeAuthCalls, PhoneAuthClient } from './client.js';
export type { ClientTokenPair, TokenPairStore } from './token-pairs.js';
export type {
  PhoneAuthCallOptions,
  PhoneAuthClientOptions,
  PhoneAuthFetch,
  PhoneAuthRequest,
  PhoneAuthResponse,
} from './options.js';
export type { PhoneAuthClientError, PhoneAuthResult } from './result.js';
export type { SessionChange, SessionListener } from './client-session.js';
export type {
  AccountInput,
  ChangePasswordInput,
  DeliveryInput,
  LoginInput,
  PhoneInput,
  PhoneNumberInput,
  ResetPasswordInput,
  RevokeSessionInput,
  SecondFactorCodeInput,
  SecondFactorInput,
  SignInInput,
  StepUpInput,
  TwoFactorInput,
  UpdateUserInput,
  VerifyCodeInput,
  VerifyInput,
} from './inputs.js';
export type {
  ChangePasswordAnswer,
  DeliveryAnswer,
  LoginAnswer,
  NodeAuthProfile,
  PasswordResetAnswer,
  PasswordResetCodeAnswer,
  PhoneAuthClientSession,
  PhoneAuthClientUser,
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
// the codes by name, for whoever translates them
export type { PhoneAuthErrorCode } from '../errors/error-codes.js';
export type { KavachosErrorCode } from '../errors/kavachos-errors.js';
export type { NodeAuthErrorCode } from '../errors/node-auth-errors.js';
