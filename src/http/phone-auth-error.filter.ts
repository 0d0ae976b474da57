import { type ArgumentsHost, Catch, type ExceptionFilter, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { errorBody, type PhoneAuthErrorBody, retryHeaders } from './http-errors.js';

/** Our errors on our routes. Everything else goes on to the host's filters. */
@Injectable()
@Catch(PhoneAuthError)
export class PhoneAuthErrorFilter implements ExceptionFilter<PhoneAuthError> {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  catch(error: PhoneAuthError, host: ArgumentsHost): void {
    const { httpAdapter } = this.adapterHost;
    const response = host.switchToHttp().getResponse<unknown>();
    for (const [name, value] of retryHeaders(error)) httpAdapter.setHeader(response, name, value);
    const body = this.body(error);
    httpAdapter.reply(response, body, body.statusCode);
  }

  /** Dialects word it their own way. */
  protected body(error: PhoneAuthError): PhoneAuthErrorBody<string> {
    return errorBody(error);
  }
}
