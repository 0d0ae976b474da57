interface ModelCode {
  readonly code: string;
  readonly expiresAt: number;
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
  ) {}

  /** The code in force, if there is one. */
  get current(): string | undefined {
    return this.held?.code;
  }

  /** The code before it. */
  get earlier(): string | undefined {
    return this.before.at(-1);
  }

  /** A message has arrived. One that has not changes nothing. */
  sent(code: string): void {
    if (this.held) this.before.push(this.held.code);
    this.held = { code, expiresAt: this.now() + this.expiresIn * 1_000, attempts: 0, told: false };
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
