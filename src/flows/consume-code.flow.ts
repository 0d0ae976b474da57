import { Injectable } from '@nestjs/common';
import { OneTimeCodes } from '../codes/one-time-codes.js';
import { PhoneNumbers } from '../phone/phone-numbers.js';
import { Admission } from './admission.js';
import { CodeProof } from './code-proof.js';
import type { ClientContext } from './client-context.js';
import { CODE_CHECK } from './decision-list.js';
import { Decisions } from './decisions.js';

/** @publicApi */
export interface ConsumeCodeRequest extends ClientContext {
  readonly phoneNumber: string;
  readonly code: string;
}

/** Checks a sign-in code and uses it up, and does nothing else (S4.45): for a host with a flow of its own. */
@Injectable()
export class ConsumeCodeFlow {
  constructor(
    private readonly decisions: Decisions,
    private readonly numbers: PhoneNumbers,
    private readonly admission: Admission,
    private readonly codes: OneTimeCodes,
    private readonly proof: CodeProof,
  ) {}

  run(request: ConsumeCodeRequest): Promise<void> {
    return this.decisions.watch(CODE_CHECK, request, () => this.consume(request));
  }

  private async consume(request: ConsumeCodeRequest): Promise<void> {
    const code = this.codes.normalize(request.code);
    const phoneNumber = await this.numbers.require(request.phoneNumber);
    await this.admission.admit(request, 'verify', phoneNumber);
    await this.proof.use(await this.proof.prove({ purpose: 'sign-in', phoneNumber, code, client: request }));
  }
}
