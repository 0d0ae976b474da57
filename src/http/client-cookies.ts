import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { parseCookie, stringifySetCookie } from 'cookie';
import type { SendOtpResult } from '../flows/send-code.flow.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import { cookieAttributes, cookieName } from './cookie-attributes.js';

/**
 * The two cookies that are no session: which device has proven a number (R15), and which client asked for a code (R43).
 * What they hold says itself whether it is ours.
 */
@Injectable()
export class ClientCookies {
  private readonly deviceName: string;
  private readonly challengeName: string;
  private readonly attributes;

  constructor(
    private readonly adapterHost: HttpAdapterHost,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {
    this.deviceName = cookieName(config, 'device');
    this.challengeName = cookieName(config, 'challenge');
    this.attributes = cookieAttributes(config);
  }

  device(header: string | undefined): string | undefined {
    return read(header, this.deviceName);
  }

  challenge(header: string | undefined): string | undefined {
    return read(header, this.challengeName);
  }

  setDevice(response: unknown, { token, maxAge }: { token: string; maxAge: number }): void {
    this.set(response, this.deviceName, token, maxAge);
  }

  /** Lives as long as the code does. Set only where verify wants it: otherwise sending a code sets no cookie. */
  setChallenge(response: unknown, { challenge, expiresIn }: SendOtpResult): void {
    if (!this.config.bindToClient) return;
    this.set(response, this.challengeName, challenge, expiresIn);
  }

  private set(response: unknown, name: string, value: string, maxAge: number): void {
    const cookie = stringifySetCookie({ name, value, ...this.attributes, maxAge });
    this.adapterHost.httpAdapter.appendHeader(response, 'Set-Cookie', cookie);
  }
}

const read = (header: string | undefined, name: string): string | undefined =>
  header === undefined ? undefined : parseCookie(header)[name];
