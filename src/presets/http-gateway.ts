import type { PhoneAuthOptions } from '../options/options.js';
import type { HttpGatewayOptions } from '../sms/http-gateway-options.js';
import { HttpGatewaySmsSender } from '../sms/http-gateway-sms-sender.js';

/**
 * node-auth's `sms: { … }`.
 *
 * @publicApi
 */
export interface HttpGatewayPresetOptions extends HttpGatewayOptions {
  /** Minutes for which a code is good, up to 10. @default 10 */
  codeExpiresInMinutes?: number | undefined;
}

/**
 * node-auth's HTTP gateway with its lifetime of codes and its text, and no callback (S3.2, S3.3, S3.12).
 *
 * @example
 * ```ts
 * PhoneAuthModule.forRoot({ secret, ...httpGateway({ endpoint, apiKey, username, password }) })
 * ```
 * @throws PhoneAuthOptionError where an option is missing or cannot be right
 * @publicApi
 */
export function httpGateway({
  codeExpiresInMinutes = 10,
  ...gateway
}: HttpGatewayPresetOptions): Required<
  Pick<PhoneAuthOptions, 'sendOTP' | 'sendNotice' | 'expiresIn' | 'messages'>
> {
  const sender = new HttpGatewaySmsSender(gateway);
  return {
    sendOTP: (message) => sender.send(message),
    sendNotice: (notice) => sender.notify(notice),
    expiresIn: codeExpiresInMinutes * 60,
    messages: { signIn: 'Your verification code is: {code}' },
  };
}
