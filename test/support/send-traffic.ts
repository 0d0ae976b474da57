import { freshNumber } from './api.js';
import type { Answer, RequestHeaders } from './http-client.js';
import type { ServedApp } from './served-app.js';

/** The limits on messages as a host has them who sets none. `startOn` would make them roomy. */
export const DEFAULT_LIMITS = { resendDelays: [30, 40, 60, 90, 120], limits: {} } as const;

/** A request of a client with this address, for an application that trusts its proxy. */
export const from = (address: string): RequestHeaders => ({ 'x-forwarded-for': address });

let addresses = 0;

/** An address of the internet that no other test in this process uses. */
export function freshAddress(): string {
  addresses += 1;
  return `203.${addresses >> 16}.${(addresses >> 8) & 255}.${addresses & 255}`;
}

let blocks = 200;

/** The first number of a block of 10 000 that no other test in this process uses. */
export function freshBlock(): string {
  blocks += 1;
  return `+1212${blocks}0000`;
}

/** The numbers that follow one, itself included. */
export const numbersFrom = (first: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `+${BigInt(first.slice(1)) + BigInt(i)}`);

/** Sends a message and proves its number, as people do. */
export async function signInFrom(
  served: ServedApp,
  address: string,
  phoneNumber = freshNumber(),
): Promise<Answer> {
  const sent = await served.sendOtp(phoneNumber, from(address));
  if (sent.status !== 200) return sent;
  const proven = await served.verify(phoneNumber, served.t.inbox.lastCodeFor(phoneNumber), {}, from(address));
  await served.t.settled();
  return proven;
}

/** Seconds that a 429 asks for. */
export const retryAfter = ({ headers }: Answer): number => Number(headers['retry-after']);
