import { Injectable } from '@nestjs/common';
import type { PhoneAuthEvent } from 'nestjs-phone-auth';

/** A message that was asked for and did not go out. */
export interface BlockedSend {
  readonly at: number;
  /** Its middle is hidden. */
  readonly phoneNumber: string;
  readonly country: string;
  readonly reason: string;
  /** Where that is a limit: which one. */
  readonly limit: string | undefined;
  readonly ipAddress: string;
}

const KEPT = 100;

/** The last messages that were held back, newest first. They are in the memory of this process, and go with it. */
@Injectable()
export class BlockedSends {
  readonly newest: BlockedSend[] = [];

  take(event: PhoneAuthEvent): void {
    if (event.type !== 'code-request.failed' || event.phoneNumber === undefined) return;
    const { at, phoneNumber, country = 'ZZ', reason, limit, ipAddress } = event;
    this.newest.unshift({ at, phoneNumber, country, reason, limit, ipAddress });
    this.newest.splice(KEPT);
  }
}
