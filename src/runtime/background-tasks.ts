import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';

/** How long a shutdown waits for what is still running, in milliseconds. */
const DRAIN_LIMIT = 15_000;

/** Work that an answer does not wait for. It is tracked, its failures are logged, and a shutdown waits for it. */
@Injectable()
export class BackgroundTasks implements OnApplicationShutdown {
  private readonly logger = new Logger('PhoneAuth');
  private readonly running = new Set<Promise<void>>();

  run(what: string, task: () => Promise<unknown>): void {
    const tracked = this.guarded(what, task).finally(() => this.running.delete(tracked));
    this.running.add(tracked);
  }

  /** Resolves when nothing is running any more. */
  async settled(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  onApplicationShutdown(): Promise<void> {
    return this.drained();
  }

  /** As {@link settled}, for as long as a shutdown may take. */
  async drained(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, DRAIN_LIMIT)));
    await Promise.race([this.settled(), limit]);
    clearTimeout(timer);
  }

  private async guarded(what: string, task: () => Promise<unknown>): Promise<void> {
    try {
      // after the answer is out, so that its time tells nothing of what is left to do
      await new Promise((resolve) => setImmediate(resolve));
      await task();
    } catch (error) {
      this.logger.error(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
