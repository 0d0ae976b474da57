import { beforeEach, describe, expect, it } from 'vitest';
import { TestClock } from 'nestjs-phone-auth/testing';
import { Circuit } from './circuit.js';

let clock: TestClock;
let circuit: Circuit;
beforeEach(() => {
  clock = new TestClock();
  circuit = new Circuit({ failures: 3, openFor: 30_000 }, clock);
});

const fail = (times: number) => Array.from({ length: times }, () => circuit.failed(circuit.enter()));

describe('a circuit', () => {
  it('A34 opens with the third failure in a row, and says so once', () => {
    expect(fail(3)).toEqual([false, false, true]);
    expect(circuit.available).toBe(false);
  });

  it('A34 takes no notice of failures of what had set out before it opened', () => {
    const early = circuit.enter();
    fail(3);
    clock.advance({ seconds: 20 });
    expect(circuit.failed(early)).toBe(false);
    clock.advance({ seconds: 10 });
    expect(circuit.available).toBe(true);
  });

  it('A34 forgets failures with every success', () => {
    fail(2);
    circuit.succeeded();
    fail(2);
    expect(circuit.available).toBe(true);
  });

  it('A34 lets one message through to see, at the millisecond at which its time is over, and one at a time', () => {
    fail(3);
    clock.advance({ milliseconds: 29_999 });
    expect(circuit.available).toBe(false);
    clock.advance({ milliseconds: 1 });
    expect(circuit.available).toBe(true);
    circuit.enter();
    expect(circuit.available).toBe(false);
  });

  it('A34 closes when that one arrives', () => {
    fail(3);
    clock.advance({ seconds: 30 });
    circuit.enter();
    circuit.succeeded();
    expect(circuit.available).toBe(true);
    circuit.enter();
    expect(circuit.available).toBe(true);
    expect(fail(2)).toEqual([false, false]);
  });

  it('A34 stays open for as long again when it does not', () => {
    fail(3);
    clock.advance({ seconds: 30 });
    circuit.failed(circuit.enter());
    clock.advance({ seconds: 29 });
    expect(circuit.available).toBe(false);
    clock.advance({ seconds: 1 });
    expect(circuit.available).toBe(true);
  });
});
