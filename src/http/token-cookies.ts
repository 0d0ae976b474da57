import { Inject, Injectable } from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost } from '@nestjs/core';
import { parseCookie, stringifySetCookie } from 'cookie';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import { type Dialect, MOUNTED_DIALECTS } from '../options/dialect.js';
import { MOUNT_PATH } from '../runtime/mount-path.js';

/** A cookie, but for its value and how long it lives. */
interface CookieShape {
  readonly name: string;
  readonly path: string;
}

/** What is kept in the two cookies, and for how many seconds. */
export interface KeptTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly accessMaxAge: number;
  readonly refreshMaxAge: number;
}

/**
 * The cookies of the node-auth dialect (S3.20, S3.44). Scripts read neither, and the refresh token goes to its one route
 * alone.
 */
@Injectable()
export class TokenCookies {
  /** Whether the dialect is mounted: elsewhere a cookie of that name is somebody else's. */
  readonly areOurs: boolean;
  private readonly attributes;
  private shapes: { access: CookieShape; refresh: CookieShape } | undefined;

  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly application: ApplicationConfig,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
    @Inject(MOUNTED_DIALECTS) dialects: readonly Dialect[],
    @Inject(MOUNT_PATH) private readonly mountPath: string,
  ) {
    this.areOurs = dialects.includes('node-auth');
    const { secure, domain, sameSite } = config.session.cookie;
    this.attributes = { httpOnly: true, sameSite, secure, ...(domain !== undefined && { domain }) };
  }

  /** What the access token's cookie is called; `undefined` where there is none. */
  get accessTokenName(): string | undefined {
    return this.areOurs ? this.named.access.name : undefined;
  }

  accessToken(header: string | undefined): string | undefined {
    return this.areOurs ? read(header, this.named.access) : undefined;
  }

  refreshToken(header: string | undefined): string | undefined {
    return this.areOurs ? read(header, this.named.refresh) : undefined;
  }

  set(response: unknown, { accessToken, refreshToken, accessMaxAge, refreshMaxAge }: KeptTokens): void {
    this.append(response, this.named.access, accessToken, accessMaxAge);
    this.append(response, this.named.refresh, refreshToken, refreshMaxAge);
  }

  clear(response: unknown): void {
    this.append(response, this.named.access, '', 0);
    this.append(response, this.named.refresh, '', 0);
  }

  /** Made when they are first needed: the global prefix is set once the application is being started. */
  private get named() {
    const { path, refreshTokenPath = this.refreshRoute() } = this.config.nodeAuth.cookies;
    this.shapes ??= {
      access: this.shape('accessToken', path),
      refresh: this.shape('refreshToken', refreshTokenPath),
    };
    return this.shapes;
  }

  /** A browser takes `__Host-` for a cookie of the whole host alone, and refuses it elsewhere. */
  private shape(name: string, path: string): CookieShape {
    const { secure, domain } = this.config.session.cookie;
    const security = path === '/' && domain === undefined ? '__Host-' : '__Secure-';
    return { name: `${secure ? security : ''}${name}`, path };
  }

  private refreshRoute(): string {
    const segments = [this.application.getGlobalPrefix(), this.mountPath, 'refresh'];
    return segments.map((path) => path.replaceAll(/^\/+|\/+$/g, '')).reduce(joinPath, '');
  }

  private append(response: unknown, { name, path }: CookieShape, value: string, maxAge: number): void {
    const cookie = stringifySetCookie({ name, value, ...this.attributes, path, maxAge });
    this.adapterHost.httpAdapter.appendHeader(response, 'Set-Cookie', cookie);
  }
}

const joinPath = (before: string, segment: string): string => (segment ? `${before}/${segment}` : before);

const read = (header: string | undefined, { name }: CookieShape): string | undefined =>
  header === undefined ? undefined : parseCookie(header)[name] || undefined;
