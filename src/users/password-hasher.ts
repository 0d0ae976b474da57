/**
 * How passwords are kept. The default is argon2id; provide another class to use your own.
 *
 * @example
 * ```ts
 * PhoneAuthModule.forRoot({ …, providers: [{ provide: PasswordHasher, useClass: AcmeHasher }] })
 * ```
 * @publicApi
 */
export abstract class PasswordHasher {
  abstract hash(password: string): Promise<string>;
  abstract verify(hash: string, password: string): Promise<boolean>;

  /** Whether a hash that has just verified should be made anew, because it is of an older kind. @default never */
  needsRehash(_hash: string): boolean {
    return false;
  }
}
