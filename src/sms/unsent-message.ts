import { PhoneAuthError } from '../errors/phone-auth.error.js';

/** `SEND_OTP_FAILED`, with what the log and the events are told of it: neither number nor code. */
export class UnsentMessage extends PhoneAuthError {
  // no cause: it may repeat the request, code included, and hosts print what they catch
  constructor(readonly reason: string) {
    super('SEND_OTP_FAILED');
  }
}
