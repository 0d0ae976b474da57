import type { JobsOptions } from 'bullmq';
import { describe, expect, it, vi } from 'vitest';
import type { PhoneAuthEvent } from '../events/phone-auth-event.js';
import { BullMqEventSink } from './bullmq-event-sink.js';
import type { EventQueue } from './event-queue.js';
import type { BullMqEventSinkOptions } from './event-sink-options.js';

const event: PhoneAuthEvent = { type: 'guess.alarm', at: 1_800_000_000_000, checked: 200, failed: 150 };

/** A queue that refuses so many times, and keeps what it takes. */
function queueThat({ refuses = 0, defaults }: { refuses?: number; defaults?: JobsOptions } = {}) {
  const jobs: { name: string; options: JobsOptions | undefined }[] = [];
  const offered: (string | undefined)[] = [];
  const queue: EventQueue = {
    ...(defaults && { defaultJobOptions: defaults }),
    add: async (name, _event, options) => {
      offered.push(options?.jobId);
      if (offered.length <= refuses) throw new Error('Connection is closed.');
      jobs.push({ name, options });
    },
  };
  return { queue, jobs, offered };
}

describe('an event', () => {
  it('is a job that is run again where its processor fails', async () => {
    const { queue, jobs } = queueThat();
    await new BullMqEventSink(queue).emit(event);
    expect(jobs).toMatchObject([
      {
        name: 'guess.alarm',
        options: { attempts: 10, backoff: { type: 'exponential', delay: 1_000 }, removeOnComplete: true },
      },
    ]);
  });

  it('takes the options of its queue over the defaults, and those of the sink over both', async () => {
    const { queue, jobs } = queueThat({ defaults: { attempts: 3, priority: 2 } });
    await new BullMqEventSink(queue, { job: { priority: 1 } }).emit(event);
    expect(jobs[0]?.options).toMatchObject({ attempts: 3, priority: 1, removeOnComplete: true });
  });

  it('that the queue refuses is offered again as the same job', async () => {
    const { queue, jobs, offered } = queueThat({ refuses: 2 });
    await new BullMqEventSink(queue).emit(event);
    expect(jobs).toHaveLength(1);
    expect(offered).toHaveLength(3);
    expect(new Set(offered).size).toBe(1);
  });

  it('is lost where the queue refuses for too long, and says so', async () => {
    const { queue, offered } = queueThat({ refuses: 1_000 });
    await expect(new BullMqEventSink(queue, { keepFor: 250 }).emit(event)).rejects.toThrow(
      'Connection is closed.',
    );
    // at once, and after a tenth of a second; the next time would be too late
    expect(offered).toHaveLength(2);
  });

  it('is lost where too many wait, and others are not', async () => {
    const add = vi.fn<EventQueue['add']>().mockReturnValue(new Promise(() => undefined));
    const sink = new BullMqEventSink({ add }, { capacity: 2 });
    void sink.emit(event);
    void sink.emit(event);
    await expect(sink.emit(event)).rejects.toThrow('2 events wait for the queue already');
    expect(add).toHaveBeenCalledTimes(2);
  });
});

describe('an option that cannot be right', () => {
  it.each<[string, Record<string, unknown>]>([
    ['capacity', { capacity: 0 }],
    ['keepFor', { keepFor: -1 }],
    ['job', { job: { jobId: 'one' } }],
  ])('S2.26 is named: %s', (option, options) => {
    const { queue } = queueThat();
    expect(() => new BullMqEventSink(queue, options as BullMqEventSinkOptions)).toThrow(
      `BullMqEventSink.${option}`,
    );
  });

  it('S2.26 is named: the queue', () => {
    expect(() => new BullMqEventSink({} as EventQueue)).toThrow("use a Queue of package 'bullmq'");
  });
});
