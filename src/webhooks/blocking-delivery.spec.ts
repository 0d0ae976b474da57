import { beforeEach, describe, expect, it } from 'vitest';
import { Clock } from '../runtime/clock.js';
import { BlockingDelivery } from './blocking-delivery.js';
import type { DeliveryOutcome, OutgoingEvent } from './outgoing-event.js';
import type { Attempt } from './webhook-client.js';

const event: OutgoingEvent = { id: 'event', type: 'send.otp', body: '{}' };
const failed = { ok: false, again: true, certain: true, reason: 'the receiver answered 503' } as const;

class MovableClock extends Clock {
  time = 0;

  override now(): number {
    return this.time;
  }
}

/** Answers one after the other, each after so many seconds; the last one is repeated. */
class Answers {
  readonly attempts: (Attempt & { event: OutgoingEvent })[] = [];

  constructor(
    private readonly clock: MovableClock,
    private readonly answers: readonly [DeliveryOutcome, number][],
  ) {}

  attempt(event: OutgoingEvent, attempt: Attempt): Promise<DeliveryOutcome> {
    const [outcome, seconds] = this.answers[this.attempts.length] ?? this.answers.at(-1)!;
    this.attempts.push({ ...attempt, event });
    this.clock.time += seconds * 1_000;
    return Promise.resolve(outcome);
  }
}

describe('a delivery that somebody waits for', () => {
  let clock: MovableClock;
  beforeEach(() => {
    clock = new MovableClock();
  });

  const deliver = async (
    answers: readonly [DeliveryOutcome, number][],
    { timeoutSeconds = 5, signal }: { timeoutSeconds?: number; signal?: AbortSignal } = {},
  ) => {
    const client = new Answers(clock, answers);
    const outcome = await new BlockingDelivery(client, clock).deliver(
      event,
      { url: 'https://receiver.example', timeoutSeconds },
      signal,
    );
    return { outcome, attempts: client.attempts };
  };

  it('S5.29 is one attempt where the receiver takes it', async () => {
    const { outcome, attempts } = await deliver([[{ ok: true }, 1]]);
    expect(outcome).toEqual({ ok: true });
    expect(attempts).toHaveLength(1);
  });

  it('S5.29, S5.30 is three at once at most, numbered, of the same event', async () => {
    const { outcome, attempts } = await deliver([[failed, 0]]);
    expect(outcome).toEqual(failed);
    expect(attempts.map(({ number }) => number)).toEqual([1, 2, 3]);
    for (const attempt of attempts) expect(attempt.event).toBe(event);
  });

  it('S5.29 ends with the first that says yes', async () => {
    const { outcome, attempts } = await deliver([
      [failed, 0],
      [{ ok: true }, 0],
    ]);
    expect(outcome).toEqual({ ok: true });
    expect(attempts).toHaveLength(2);
  });

  it('S5.29 ends where another attempt would end the same', async () => {
    const { attempts } = await deliver([[{ ...failed, again: false }, 0]]);
    expect(attempts).toHaveLength(1);
  });

  it.each([
    [5, [5, 5, 5], [5_000, 5_000, 5_000]],
    [10, [10, 5], [10_000, 5_000]],
    [10, [10, 4, 1], [10_000, 5_000, 1_000]],
    [7, [7, 7, 1], [7_000, 7_000, 1_000]],
    [10, [15], [10_000]],
    [1, [1, 1, 1], [1_000, 1_000, 1_000]],
  ])(
    'S5.31 with %d seconds each, attempts that take %j get the rest of 15 seconds: %j',
    async (timeoutSeconds, taken, timeouts) => {
      const { attempts } = await deliver(
        taken.map((seconds) => [failed, seconds]),
        { timeoutSeconds },
      );
      expect(attempts.map(({ timeout }) => timeout)).toEqual(timeouts);
    },
  );

  it('ends where whoever waits has gone', async () => {
    const { attempts } = await deliver([[failed, 0]], { signal: AbortSignal.abort() });
    expect(attempts).toHaveLength(1);
  });

  it('A34 is uncertain where one attempt was: the receiver may have the code', async () => {
    const { outcome } = await deliver([
      [failed, 0],
      [{ ...failed, certain: false }, 0],
      [failed, 0],
    ]);
    expect(outcome).toMatchObject({ certain: false });
  });
});
