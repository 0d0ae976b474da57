import { smsSenderCases, type SmsSenderSubject } from 'nestjs-phone-auth/testing';
import { expect, it } from 'vitest';

/** Shows that a sender keeps to what every sender keeps to: the same cases that a host runs on its own. */
export function keepsToTheContract(rows: string, subject: () => SmsSenderSubject): void {
  for (const { name, check } of smsSenderCases) {
    it(`${rows} ${name}`, async () => {
      await expect(check(subject())).resolves.toBeUndefined();
    });
  }
}

/** What a provider on loopback has written is read: a moment, and once around the event loop. */
export async function arrived(): Promise<void> {
  await new Promise((later) => setTimeout(later, 20));
  await new Promise((later) => setImmediate(later));
}
