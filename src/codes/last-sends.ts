import { Injectable } from '@nestjs/common';
import type { LedgerKey } from './code-statements.js';
import { CodeStore } from './code-store.js';
import { Ledger } from './ledger.js';

/** The last message of a number. */
export interface LastSend {
  readonly sentAt: number;
  /** Id of the code that it carried; `undefined` where that was used or replaced. */
  codeId(): Promise<string | undefined>;
}

/** Looks at the last message of a number, where one is refused because of it. */
@Injectable()
export class LastSends {
  constructor(
    private readonly ledger: Ledger,
    private readonly store: CodeStore,
  ) {}

  /** `undefined` where no message stands in the way of another. */
  async find(key: LedgerKey): Promise<LastSend | undefined> {
    const state = await this.ledger.read(key);
    if (!state || state.nextSendAt === 0) return undefined;
    const { sentAt } = state;
    return { sentAt, codeId: () => this.store.idSentAt(key.phoneNumber, sentAt) };
  }

  /** The next message need not wait for the one of that moment. False: there is another one by now. */
  endDelay(key: LedgerKey, sentAt: number): Promise<boolean> {
    return this.ledger.endDelay(key, sentAt);
  }
}
