import { randomInt } from 'node:crypto';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import { BackgroundTasks } from '../runtime/background-tasks.js';
import { RetentionFlow } from './retention.flow.js';

/** Cleans up now and then, at another moment in each process. It keeps no process alive, and holds up no shutdown. */
@Injectable()
export class CleanupTimer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly stopped = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly retention: RetentionFlow,
    private readonly background: BackgroundTasks,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {}

  onApplicationBootstrap(): void {
    const { every } = this.config.retention;
    // processes that start together are not to begin together, and none while it is busy with its start
    if (every !== undefined) this.after(randomInt(every * 100, every * 1_000), every);
  }

  onApplicationShutdown(): void {
    this.stopped.abort();
    clearTimeout(this.timer);
  }

  private after(delay: number, every: number): void {
    if (this.stopped.signal.aborted) return;
    this.timer = setTimeout(() => {
      this.background.run('Old rows were not removed', async () => {
        try {
          await this.retention.run(this.stopped.signal);
        } finally {
          this.after(jittered(every), every);
        }
      });
    }, delay);
    this.timer.unref();
  }
}

/** A tenth more or less, in milliseconds. */
const jittered = (seconds: number): number => randomInt(seconds * 900, seconds * 1_100);
