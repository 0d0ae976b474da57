import request from 'supertest';
import type { TestApp } from 'nestjs-phone-auth/testing';

type Headers = Record<string, string>;

let numbers = 0;

/** A number that no other test in this process uses, and that exists in its country's numbering plan. */
export function freshNumber(): string {
  numbers += 1;
  return `+1202${String(2_000_000 + numbers)}`;
}

/** The routes as a client sees them. */
export function api(t: Pick<TestApp, 'app' | 'inbox' | 'settled'>, base = '/auth') {
  const post = (path: string, body: object | string = {}, headers: Headers = {}) =>
    request(t.app.getHttpServer()).post(`${base}${path}`).set(headers).send(body);
  const get = (path: string, headers: Headers = {}) =>
    request(t.app.getHttpServer()).get(`${base}${path}`).set(headers);

  const sendOtp = (phoneNumber: string, headers?: Headers) =>
    post('/phone-number/send-otp', { phoneNumber }, headers);
  const verify = (phoneNumber: string, code: string, more: object = {}, headers?: Headers) =>
    post('/phone-number/verify', { phoneNumber, code, ...more }, headers);

  /** Sends a code and returns it. */
  const codeFor = async (phoneNumber: string, headers?: Headers): Promise<string> => {
    await sendOtp(phoneNumber, headers).expect(200);
    await t.settled();
    return t.inbox.lastCodeFor(phoneNumber);
  };

  /** Signs in from nothing: what the answer held, and the header that shows it again. */
  const signIn = async (phoneNumber = freshNumber()) => {
    const answer = await verify(phoneNumber, await codeFor(phoneNumber)).expect(200);
    const { token, user } = answer.body as { token: string; user: { id: string } };
    return {
      phoneNumber,
      token,
      user,
      bearer: { authorization: `Bearer ${token}` },
      cookie: cookiesOf(answer),
    };
  };

  /** Asks for a password reset code and returns it. */
  const resetCodeFor = async (phoneNumber: string): Promise<string> => {
    await post('/phone-number/request-password-reset', { phoneNumber }).expect(200);
    await t.settled();
    return t.inbox.lastCodeFor(phoneNumber);
  };

  const resetPassword = (phoneNumber: string, otp: string, newPassword: string) =>
    post('/phone-number/reset-password', { phoneNumber, otp, newPassword });

  const passwordSignIn = (phoneNumber: string, password: string, more: object = {}) =>
    post('/sign-in/phone-number', { phoneNumber, password, ...more });

  /** Signs up and sets a first password, which ends the session of the sign-up. */
  const signUpWithPassword = async (password = 'correct horse') => {
    const { phoneNumber, user } = await signIn();
    await resetPassword(phoneNumber, await resetCodeFor(phoneNumber), password).expect(200);
    return { phoneNumber, password, user };
  };

  /** Signs up with a password that takes a code beside it. The session was just opened by a code. */
  const signUpWithTwoFactor = async (password = 'correct horse') => {
    const { phoneNumber } = await signUpWithPassword(password);
    const signedIn = await signIn(phoneNumber);
    await post('/two-factor/enable', { password }, signedIn.bearer).expect(200);
    return { ...signedIn, password };
  };

  /** The right password of somebody with a second factor: what he is given in place of a session. */
  const tempTokenFor = async (phoneNumber: string, password: string): Promise<string> => {
    const { body } = await passwordSignIn(phoneNumber, password).expect(200);
    return (body as { tempToken: string }).tempToken;
  };

  /** Has the code sent that goes with a temp token, and returns it. */
  const secondFactorCodeFor = async (phoneNumber: string, tempToken: string): Promise<string> => {
    await post('/two-factor/send-otp', { tempToken }).expect(200);
    await t.settled();
    return t.inbox.lastCodeFor(phoneNumber);
  };

  /** Has a code sent to somebody who is signed in, and returns it. */
  const stepUpCodeFor = async (phoneNumber: string, headers: Headers): Promise<string> => {
    await post('/step-up/send-otp', {}, headers).expect(200);
    await t.settled();
    return t.inbox.lastCodeFor(phoneNumber);
  };

  return {
    post,
    get,
    sendOtp,
    verify,
    codeFor,
    signIn,
    resetCodeFor,
    resetPassword,
    passwordSignIn,
    signUpWithPassword,
    signUpWithTwoFactor,
    tempTokenFor,
    secondFactorCodeFor,
    stepUpCodeFor,
  };
}

/** The `Cookie` header that a browser would send after an answer. */
export function cookiesOf(answer: { headers: Record<string, unknown> }): string {
  return setCookies(answer)
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

export function setCookies(answer: { headers: Record<string, unknown> }): string[] {
  const header = answer.headers['set-cookie'];
  return Array.isArray(header) ? header.map(String) : [];
}

/** A code of the same length that is not the right one. */
export function wrong(code: string): string {
  return code.replace(/.$/, (digit) => String((Number(digit) + 1) % 10));
}
