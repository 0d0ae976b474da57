import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { SmsChainOptions, SmsChainStep } from './chain-options.js';

/** Who is tried for a number, in order. */
export class ChainRoutes {
  private readonly order: readonly SmsChainStep<string>[];

  constructor(
    private readonly options: Pick<SmsChainOptions, 'senders' | 'order' | 'routes'>,
    private readonly random: () => number,
  ) {
    this.order = options.order ?? Object.keys(options.senders);
  }

  for(phoneNumber: string): string[] {
    const route = this.routes(phoneNumber) ?? this.order;
    return route.flatMap((step) => (typeof step === 'string' ? [step] : this.drawn(step)));
  }

  /** The same, in no order. */
  names(phoneNumber: string): string[] {
    const route = this.routes(phoneNumber) ?? this.order;
    return route.flatMap((step) => (typeof step === 'string' ? [step] : Object.keys(step)));
  }

  private routes(phoneNumber: string): readonly SmsChainStep<string>[] | undefined {
    const region = parsePhoneNumberFromString(phoneNumber)?.country;
    return region && this.options.routes?.[region];
  }

  /** Draws without putting back: the first by its share of all, the next by its share of the rest. */
  private drawn(step: Readonly<Partial<Record<string, number>>>): string[] {
    const left = Object.entries(step).map(([name, share = 0]) => ({ name, share }));
    const order: string[] = [];
    while (left.length > 0) {
      let point = this.random() * left.reduce((sum, { share }) => sum + share, 0);
      const found = left.findIndex(({ share }) => (point -= share) < 0);
      order.push(...left.splice(Math.max(found, 0), 1).map(({ name }) => name));
    }
    return order;
  }
}
