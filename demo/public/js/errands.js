import { auth } from './api.js';

/** Where a message went out and the answer could not say when: the module's defaults, which the demo keeps. */
const USUAL_TIMES = { expiresIn: 300, resendAfter: 30 };

const sendCode = ({ phoneNumber }) => auth.phoneNumber.sendOTP({ phoneNumber });

const sendResetCode = ({ phoneNumber }) => auth.phoneNumber.requestPasswordReset({ phoneNumber });

const resetPassword = ({ phoneNumber, code, password }) =>
  auth.phoneNumber.resetPassword({ phoneNumber, otp: code, newPassword: password });

const wasSent = (number) => `A code was sent to ${number}.`;

/**
 * What a code can be for. Each sends one, checks it, and knows where the person goes then, and where
 * without it: `otherNumber`, `cancel`, and `over` where its time is. `refused` may return true where it has dealt with the
 * error.
 */
export function errandsOf(app) {
  const signIn = {
    button: 'Sign in',
    sent: wasSent,
    send: sendCode,
    check: ({ phoneNumber, code }) => auth.phoneNumber.verify({ phoneNumber, code }),
    done: (current) => app.signedIn(current),
    otherNumber: () => app.askForNumber('code'),
    refused: (error, { phoneNumber }) =>
      error.code === 'SECOND_FACTOR_REQUIRED' && app.askForPasswordToo(phoneNumber),
  };

  /** The password was right, and this account wants a code as well. */
  const secondFactor = {
    button: 'Sign in',
    // dots are nothing to listen to
    sent: (number) => `Your password is right. A code was sent to your number ending in ${number.slice(-2)}.`,
    send: ({ tempToken }) => auth.twoFactor.sendOtp({ tempToken }),
    check: ({ tempToken, code }) => auth.twoFactor.verifyOtp({ tempToken, code }),
    done: (current) => app.signedIn(current),
    cancel: ({ phoneNumber }) => app.askForPasswordAgain(phoneNumber),
    over: ({ phoneNumber }) => app.signInTookTooLong(phoneNumber),
    refused: (error, { phoneNumber }) =>
      error.code === 'INVALID_TEMP_TOKEN' && app.signInTookTooLong(phoneNumber),
  };

  /** Who is signed in shows that the number is still at hand. */
  const stepUp = {
    button: 'Confirm',
    needsSession: true,
    sent: wasSent,
    send: () => auth.stepUp.sendOtp(),
    check: ({ code }) => auth.stepUp.verify({ code }),
    done: (current) => app.proven(current),
    cancel: () => app.showAccount({ focus: 'two-factor' }),
    refused: (error) => error.code === 'UNAUTHORIZED' && app.lostSession(),
  };

  const change = {
    button: 'Change number',
    needsSession: true,
    sent: wasSent,
    send: sendCode,
    check: ({ phoneNumber, code }) => auth.phoneNumber.verify({ phoneNumber, code, updatePhoneNumber: true }),
    done: (current) => app.signedIn(current, { notice: 'Your number has been changed.' }),
    otherNumber: () => app.askForNumber('change'),
    cancel: () => app.showAccount({ focus: 'change-number' }),
    refused: (error, pending) => {
      if (error.code === 'PHONE_NUMBER_EXIST') return app.refuseNumber(error);
      if (error.code === 'RECENT_OTP_REQUIRED') return app.proveThenResume(change, pending);
      return error.code === 'USER_NOT_FOUND' && app.lostSession();
    },
  };

  /** A number that the account has and nobody has proven. */
  const confirm = {
    ...change,
    button: 'Confirm number',
    done: (current) => app.signedIn(current, { notice: 'Your number is verified.' }),
    cancel: () => app.showAccount({ focus: 'verify-number' }),
  };

  const reset = {
    button: 'Set password',
    takesPassword: true,
    // the same for every number: whether it has an account is nobody's business
    sent: (number) => `If ${number} has an account, a code is on its way.`,
    send: sendResetCode,
    check: resetPassword,
    done: (_, { phoneNumber }) => app.askForPassword(phoneNumber),
    otherNumber: () => app.askForNumber('reset'),
    cancel: () => app.startOver(),
    refused: (error, { phoneNumber }) =>
      error.code === 'PHONE_NUMBER_IS_SECOND_FACTOR' && app.refuseReset(phoneNumber, error),
  };

  const set = {
    ...reset,
    needsSession: true,
    sent: wasSent,
    // a reset ends every session, this one too: the password that was just typed opens the next
    done: async (_, { phoneNumber, password }) => {
      const { data, error } = await auth.signIn.phoneNumber({ phoneNumber, password });
      if (error) app.askForPassword(phoneNumber);
      else await app.signedIn(data, { notice: 'Your password is set. Other devices have been signed out.' });
    },
    cancel: () => app.showAccount({ focus: 'account-title' }),
  };

  const errands = {
    'sign-in': signIn,
    'second-factor': secondFactor,
    'step-up': stepUp,
    change,
    confirm,
    reset,
    set,
  };
  for (const [name, errand] of Object.entries(errands)) errand.name = name;
  return errands;
}

/** What a number can be typed for. */
export function waysOf(app, errands) {
  const text = (errand) => ({
    button: 'Text me a code',
    busy: 'Sending …',
    submit: ({ phoneNumber }) => errand.send({ phoneNumber }),
    done: (times, phoneNumber) => app.awaitCode(errand, { phoneNumber }, times),
  });

  const password = {
    button: 'Sign in',
    busy: 'Signing in …',
    takesPassword: true,
    async submit(input) {
      const answer = await auth.signIn.phoneNumber(input);
      if (!answer.data?.requiresTwoFactor) return answer;
      const { data: times, error } = await errands['second-factor'].send(answer.data);
      return error ? { data: null, error } : { data: { ...answer.data, times }, error };
    },
    done: (data, phoneNumber) =>
      data.requiresTwoFactor ? app.awaitSecondFactor(data, phoneNumber) : app.signedIn(data),
    refused(error, phoneNumber) {
      if (error.code !== 'PHONE_NUMBER_NOT_VERIFIED') return false;
      const notice = 'The password is right. Confirm once that the number is yours.';
      app.awaitCode(errands['sign-in'], { phoneNumber }, USUAL_TIMES, notice);
      return true;
    },
  };

  const ways = {
    code: text(errands['sign-in']),
    password,
    reset: text(errands.reset),
    change: text(errands.change),
  };
  for (const [name, way] of Object.entries(ways)) way.name = name;
  return ways;
}
