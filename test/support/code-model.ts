interface ModelCode {
  readonly code: string;
  readonly expiresAt: number;
  /** Whether it can be sent again: it was not brought back in place of one that could not be sent. */
  kept: boolean;
  attempts: number;
  /** Whether somebody has been told that it is over. */
  told: boolean;
}

/** What one number's code should do, in a few lines and without a database: what the real thing is compared with. */
export class CodeModel {
  private held: ModelCode | undefined;
  private readonly before: string[] = [];

  constructor(
    private readonly now: () => number,
    private readonly allowedAttempts: number,
    private readonly expiresIn: number,
    private readonly sameCodeOnResend = false,
  ) {}

  /** The code in force, if there is one. */
  get current(): string | undefined {
    return this.held?.code;
  }

  /** The code before it. */
  get earlier(): string | undefined {
    return this.before.at(-1);
  }

  /** The code that the next message carries, where that is not a new one. */
  get resent(): string | undefined {
    const { held } = this;
    if (!this.sameCodeOnResend || !held?.kept || held.told || held.attempts >= this.allowedAttempts)
      return undefined;
    return held.expiresAt - this.now() >= 60_000 ? held.code : undefined;
  }

  /** A message has arrived. */
  sent(code: string): void {
    if (this.resent !== undefined) return;
    if (this.held) this.before.push(this.held.code);
    const expiresAt = this.now() + this.expiresIn * 1_000;
    this.held = { code, expiresAt, kept: true, attempts: 0, told: false };
  }

  /** A message has not arrived. The code that it was to replace is good, and is not sent again. */
  failed(): void {
    if (this.held && this.resent === undefined) this.held.kept = false;
  }

  verify(code: string): string {
    const { held } = this;
    if (!held || held.told) return 'OTP_NOT_FOUND';
    const expired = held.expiresAt <= this.now();
    if (expired || held.attempts >= this.allowedAttempts) {
      held.told = true;
      return expired ? 'OTP_EXPIRED' : 'TOO_MANY_ATTEMPTS';
    }
    held.attempts += 1;
    if (code !== held.code) return 'INVALID_OTP';
    this.before.push(code);
    this.held = undefined;
    return 'ok';
  }
}
