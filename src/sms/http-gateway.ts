import { checkGatewayOptions, type HttpGatewayOptions } from './http-gateway-options.js';
import { isSuccess, ProviderHttp } from './provider-http.js';
import type { SendResult } from './send-result.js';

/** The gateway's one request. */
export class HttpGateway {
  private readonly http = new ProviderHttp('the SMS gateway');

  /** @throws PhoneAuthOptionError where an option is missing or cannot be right */
  constructor(private readonly options: HttpGatewayOptions) {
    checkGatewayOptions(options);
  }

  /** @throws SmsSendError where the gateway does not take it, or not in time (S3.7, S3.8) */
  async send(phone: string, message: string, signal?: AbortSignal): Promise<SendResult> {
    const limits = [AbortSignal.timeout(this.options.timeout ?? 5_000), ...(signal ? [signal] : [])];
    const call = { url: this.address(phone, message), headers: { 'x-api-key': this.options.apiKey } };
    const { status } = await this.http.ask(call, AbortSignal.any(limits));
    if (!isSuccess(status)) throw this.http.refusal(status);
    return { status: 'accepted' };
  }

  /** The endpoint's own query comes first (S3.4). */
  private address(phone: string, message: string): URL {
    const { endpoint, username, password } = this.options;
    const url = new URL(endpoint);
    const own = Object.entries({ username, password, phone, message })
      // not every gateway reads + as a blank, and every one reads %20
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    url.search = [url.search.slice(1), ...own].filter((part) => part !== '').join('&');
    return url;
  }
}
