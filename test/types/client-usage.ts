// Compiled, never run, as a page would see it (lib DOM) and as a Node program would: see client-types.spec.ts.
import {
  createPhoneAuthClient,
  type PhoneAuthClient,
  type PhoneAuthClientOptions,
  type KavachosErrorCode,
  type NodeAuthErrorCode,
  type PhoneAuthErrorCode,
  type PhoneAuthResult,
  type SendOtpAnswer,
} from 'nestjs-phone-auth/client';

const options: PhoneAuthClientOptions = {
  baseURL: '/api',
  basePath: '/auth',
  fetch,
  credentials: 'same-origin',
  token: () => Promise.resolve(null),
  onToken: (token: string | null) => console.log(token),
  headers: () => ({ 'x-app': 'web' }),
};
const client: PhoneAuthClient = createPhoneAuthClient(options);
const { auth } = createPhoneAuthClient<{ nickname: string | null }>({ token: 'secret' });
const phoneNumber = '+12025550123';
const code = '123456';

export async function resultsAreTwoCases(): Promise<Date | undefined> {
  const sent: PhoneAuthResult<SendOtpAnswer> = await client.auth.phoneNumber.sendOTP({ phoneNumber });
  // @ts-expect-error -- data may be null before error was looked at
  sent.data.expiresIn.toFixed();
  if (sent.error) {
    const none: null = sent.data;
    const reason: PhoneAuthErrorCode | KavachosErrorCode | NodeAuthErrorCode | 'NETWORK_ERROR' | 'UNKNOWN' =
      sent.error.code;
    const wait: number | undefined = sent.error.retryAfter;
    console.log(none, reason, wait, sent.error.attemptsRemaining, sent.error.status.toFixed());
    // @ts-expect-error -- no such code
    if (sent.error.code === 'NO_SUCH_CODE') return undefined;
    return undefined;
  }
  const seconds: number = sent.data.expiresIn + sent.data.resendAfter;

  const { data: current, error } = await auth.getSession({ signal: new AbortController().signal });
  if (error) return undefined;
  // @ts-expect-error -- nobody may be signed in
  current.user.id.trim();
  const nickname: string | null | undefined = current?.user.nickname;
  const until: Date | undefined = current?.session.expiresAt;
  console.log(seconds, nickname, current?.user.createdAt.getTime());
  return until;
}

export async function whatCompiles(): Promise<void> {
  const verified = await auth.phoneNumber.verify({
    phoneNumber,
    code,
    nickname: 'Ada',
    disableSession: true,
  });
  const token: string | null | undefined = verified.data?.token;
  const isNewUser: boolean | undefined = verified.data?.isNewUser;
  const session: { id: string; expiresAt: Date } | null | undefined = verified.data?.session;
  console.log(token, isNewUser, session);

  await auth.phoneNumber.sendOtp({ phoneNumber }, { headers: { 'x-page': 'login' } });
  await auth.phoneNumber.sendOtp({ phoneNumber }, { captchaToken: 'solved' });
  await auth.phoneNumber.verify({ phoneNumber, code, updatePhoneNumber: true });
  await auth.phoneNumber.requestPasswordReset({ phoneNumber });
  await auth.phoneNumber.resetPassword({ phoneNumber, otp: code, newPassword: 'correct horse' });
  await auth.signIn.phoneNumber({ phoneNumber, code });
  await auth.signIn.phoneNumber({ phoneNumber, password: 'correct horse', rememberMe: false });
  const { data: byCode } = await auth.signIn.phoneNumber({ phoneNumber, code });
  console.log(byCode?.user.nickname, byCode?.session.expiresAt.getTime());
  const { data: byPassword } = await auth.signIn.phoneNumber({ phoneNumber, password: 'correct horse' });
  if (byPassword?.requiresTwoFactor) {
    const { tempToken, maskedPhoneNumber, expiresIn } = byPassword;
    const nobody: null = byPassword.user;
    console.log(nobody, maskedPhoneNumber.length, expiresIn.toFixed());
    await auth.twoFactor.sendOtp({ tempToken });
    const { data: finished } = await auth.twoFactor.verifyOtp({ tempToken, code });
    console.log(finished?.user.nickname);
  } else {
    console.log(byPassword?.user.nickname, byPassword?.token.length);
  }
  await auth.twoFactor.enable({ password: 'correct horse' });
  const { data: off } = await auth.twoFactor.disable({ password: 'correct horse' });
  const isOn: boolean | undefined = off?.user.twoFactorEnabled;
  await auth.stepUp.sendOtp();
  const { data: proven } = await auth.stepUp.verify({ code });
  console.log(isOn, proven?.session.id);
  await auth.updateUser({ name: 'Ada', image: null, phoneNumber: null, nickname: null });
  await auth.changePassword({ currentPassword: 'a', newPassword: 'b', revokeOtherSessions: true });
  await auth.phone.sendCode({ phone: phoneNumber });
  const { data: entered, error: refused } = await auth.phone.verifyCode({ phone: phoneNumber, code });
  if (refused?.code === 'CODE_EXPIRED') return;
  const phone: string | undefined = entered?.user.phone;
  const bearer: string | undefined = entered?.session.token;
  console.log(phone, bearer, entered?.user.nickname, entered?.session.expiresAt.getTime());
  const { data: sessions } = await auth.listSessions();
  await auth.revokeSession({ token: sessions?.[0]?.token ?? '' });
  await auth.sendSmsLogin('ada@example.com');
  await auth.sendSmsLogin({ userId: 'u' });
  const { error: noCode } = await auth.verifySmsLogin('ada@example.com', code);
  if (noCode?.code === 'INVALID_SMS_CODE') return;
  const { data: loggedIn } = await auth.login({ email: 'ada@example.com', password: 'correct horse' });
  if (loggedIn?.requiresTwoFactor) {
    await auth.sendSms(loggedIn.tempToken);
    await auth.validateSms(loggedIn.tempToken, code);
  }
  const { data: profile } = await auth.me();
  const email: string | null | undefined = profile?.email;
  console.log(email, profile?.nickname, profile?.require2FA);
  await auth.addPhone(phoneNumber);
  await auth.addPhone(phoneNumber, code);
  await auth.refresh();
  await auth.logout();
  const stop: () => void = auth.onSessionChange((change) => change === 'signed-out');
  stop();
}

export async function whatDoesNot(): Promise<void> {
  // @ts-expect-error -- the number is called phoneNumber
  await auth.phoneNumber.sendOTP({ phone: phoneNumber });
  // @ts-expect-error -- here it is called phone
  await auth.phone.sendCode({ phoneNumber });
  // @ts-expect-error -- a number is text
  await auth.phoneNumber.sendOTP({ phoneNumber: 12025550123 });
  // @ts-expect-error -- a code is text: leading zeros count
  await auth.phoneNumber.verify({ phoneNumber, code: 123456 });
  // @ts-expect-error -- no code
  await auth.phoneNumber.verify({ phoneNumber });
  // @ts-expect-error -- no field of the host
  await auth.phoneNumber.verify({ phoneNumber, code, shoeSize: 44 });
  // @ts-expect-error -- a field of the host, with another type
  await auth.phoneNumber.verify({ phoneNumber, code, nickname: 7 });
  // @ts-expect-error -- this client was told of no fields
  await client.auth.phoneNumber.verify({ phoneNumber, code, nickname: 'Ada' });
  // @ts-expect-error -- nobody is signed in where a second factor is outstanding
  (await auth.signIn.phoneNumber({ phoneNumber, password: 'correct horse' })).data?.user.id.trim();
  // @ts-expect-error -- the temp token says whose sign-in it is
  await auth.twoFactor.verifyOtp({ code });
  // @ts-expect-error -- a code is text here too
  await auth.verifySmsLogin('ada@example.com', 123456);
  // @ts-expect-error -- the temp token says whose sign-in it is
  await auth.validateSms(code);
  // @ts-expect-error -- neither code nor password
  await auth.signIn.phoneNumber({ phoneNumber });
  // @ts-expect-error -- both
  await auth.signIn.phoneNumber({ phoneNumber, code, password: 'correct horse' });
  // @ts-expect-error -- here the code is called otp
  await auth.phoneNumber.resetPassword({ phoneNumber, code, newPassword: 'correct horse' });
  // @ts-expect-error -- another number takes a code
  await auth.updateUser({ phoneNumber });
  // @ts-expect-error -- an address takes a proof
  await auth.updateUser({ email: 'ada@example.com' });
  // @ts-expect-error -- an object
  await auth.revokeSession('token');
  // @ts-expect-error -- no such call
  await auth.signUp({ phoneNumber });
  // @ts-expect-error -- no such change
  auth.onSessionChange((change) => change === 'expired');
  // @ts-expect-error -- no such mode
  createPhoneAuthClient({ credentials: 'always' });
  // @ts-expect-error -- misspelt
  createPhoneAuthClient({ baseUrl: '/api' });
}
