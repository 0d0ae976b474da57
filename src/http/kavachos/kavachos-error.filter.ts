import { Catch, Injectable } from '@nestjs/common';
import { KAVACHOS_ERRORS, type KavachosErrorCode } from '../../errors/kavachos-errors.js';
import { PhoneAuthError } from '../../errors/phone-auth.error.js';
import { dialectBody, type DialectErrors, type PhoneAuthErrorBody } from '../http-errors.js';
import { PhoneAuthErrorFilter } from '../phone-auth-error.filter.js';

const named = (statusCode: number, code: KavachosErrorCode) => ({
  statusCode,
  code,
  message: KAVACHOS_ERRORS[code],
});
const invalidCode = named(401, 'INVALID_CODE');

/** A wrong code, none, a used and an exhausted one are one answer (S2.17, S2.19). The flow tells the right one alone that it has expired (S2.18). */
export const KAVACHOS_NAMES: DialectErrors<KavachosErrorCode> = {
  INVALID_PHONE_NUMBER: named(422, 'PHONE_INVALID'),
  INVALID_OTP: invalidCode,
  OTP_NOT_FOUND: invalidCode,
  OTP_EXPIRED: named(401, 'CODE_EXPIRED'),
  TOO_MANY_ATTEMPTS: invalidCode,
};

/** Our errors on KavachOS's routes. */
@Injectable()
@Catch(PhoneAuthError)
export class KavachosErrorFilter extends PhoneAuthErrorFilter {
  protected override body(error: PhoneAuthError): PhoneAuthErrorBody<string> {
    return dialectBody(error, KAVACHOS_NAMES);
  }
}
