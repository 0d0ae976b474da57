import {
  PhoneAuthError,
  type Receipt,
  RECEIPT_READERS,
  ReceiptReader,
  type ReceiptRequest,
  type SendResult,
  SmsChain,
  type SmsMessage,
  SmsSendError,
  SmsSender,
} from 'nestjs-phone-auth';
import type { TestAppOptions } from 'nestjs-phone-auth/testing';

let references = 0;

/** A provider in this process: it keeps what it is given, and signs receipts with its name. */
export class LocalProvider extends SmsSender {
  readonly messages: (SmsMessage & { reference: string })[] = [];
  /** What it does while it has the message, before it answers. */
  meanwhile: (reference: string) => Promise<unknown> | undefined = () => undefined;
  refuses = false;

  constructor(readonly name: string) {
    super();
  }

  override async send(message: SmsMessage): Promise<SendResult> {
    if (this.refuses) throw new SmsSendError('rejected', 'no credit');
    references += 1;
    const reference = `${this.name}-${references}`;
    this.messages.push({ ...message, reference });
    await this.meanwhile(reference);
    return { status: 'accepted', reference };
  }

  /** The messages to a number, oldest first. */
  to(phoneNumber: string) {
    return this.messages.filter((message) => message.phoneNumber === phoneNumber);
  }

  reset(): void {
    this.meanwhile = () => undefined;
    this.refuses = false;
  }
}

class SignedReceipts extends ReceiptReader {
  constructor(private readonly name: string) {
    super();
  }

  override read({ headers, body }: ReceiptRequest): Receipt {
    if (headers['x-signed-by'] !== this.name) throw new PhoneAuthError('INVALID_RECEIPT');
    return body as Receipt;
  }
}

/** Providers with their names, which are asked in this order. */
export function localProviders<Name extends string>(...names: readonly Name[]) {
  return Object.fromEntries(names.map((name) => [name, new LocalProvider(name)])) as Record<
    Name,
    LocalProvider
  >;
}

/** An application that sends through them and reads their receipts. */
export function throughChain(
  providers: Readonly<Record<string, LocalProvider>>,
  { options, ...rest }: Pick<TestAppOptions, 'options'> & { routes?: Record<string, string[]> } = {},
): Required<Pick<TestAppOptions, 'options' | 'override'>> {
  const readers = Object.fromEntries(Object.keys(providers).map((name) => [name, new SignedReceipts(name)]));
  return {
    options: { ...options, providers: [{ provide: RECEIPT_READERS, useValue: readers }] },
    override: (builder) =>
      builder.overrideProvider(SmsSender).useValue(new SmsChain({ senders: providers, ...rest })),
  };
}
