import { Catch, Injectable } from '@nestjs/common';
import { NODE_AUTH_ERRORS, type NodeAuthErrorCode } from '../../errors/node-auth-errors.js';
import { PhoneAuthError } from '../../errors/phone-auth.error.js';
import { dialectBody, type DialectErrors, type PhoneAuthErrorBody } from '../http-errors.js';
import { PhoneAuthErrorFilter } from '../phone-auth-error.filter.js';

const named = (statusCode: number, code: NodeAuthErrorCode) => ({
  statusCode,
  code,
  message: NODE_AUTH_ERRORS[code],
});
const invalidCode = named(401, 'INVALID_SMS_CODE');

/** A wrong code, an expired, used or exhausted one, and one of nobody are one answer (S3.23). */
export const NODE_AUTH_NAMES: DialectErrors<NodeAuthErrorCode> = {
  INVALID_OTP: invalidCode,
  OTP_NOT_FOUND: invalidCode,
  OTP_EXPIRED: invalidCode,
  TOO_MANY_ATTEMPTS: invalidCode,
  SEND_OTP_NOT_IMPLEMENTED: named(500, 'SMS_NOT_CONFIGURED'),
  ACCOUNT_NOT_FOUND: named(404, 'USER_NOT_FOUND'),
  SECOND_FACTOR_NOT_AVAILABLE: named(403, '2FA_SETUP_REQUIRED'),
};

/** Our errors on node-auth's routes, whose clients read the sentence in `error` (K19). */
@Injectable()
@Catch(PhoneAuthError)
export class NodeAuthErrorFilter extends PhoneAuthErrorFilter {
  protected override body(error: PhoneAuthError): PhoneAuthErrorBody<string> {
    const body = dialectBody(error, NODE_AUTH_NAMES);
    return { ...body, error: body.message };
  }
}
