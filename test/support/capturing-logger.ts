import { inspect } from 'node:util';
import type { LoggerService } from '@nestjs/common';

/** Keeps everything that is logged, in the fullest form in which a log could print it. */
export class CapturingLogger implements LoggerService {
  readonly lines: string[] = [];

  log = (...parts: unknown[]) => this.keep(parts);
  error = (...parts: unknown[]) => this.keep(parts);
  warn = (...parts: unknown[]) => this.keep(parts);
  debug = (...parts: unknown[]) => this.keep(parts);
  verbose = (...parts: unknown[]) => this.keep(parts);
  fatal = (...parts: unknown[]) => this.keep(parts);

  private keep(parts: unknown[]): void {
    this.lines.push(fully(parts));
  }
}

/** A value with everything in it: causes, hidden properties, long texts. */
export const fully = (value: unknown): string =>
  inspect(value, {
    depth: 12,
    showHidden: true,
    maxStringLength: null,
    maxArrayLength: null,
    breakLength: 1e6,
  });
