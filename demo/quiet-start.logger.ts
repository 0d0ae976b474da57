import { ConsoleLogger } from '@nestjs/common';

/** What Nest tells of itself while it starts, a line per module and route. */
const STARTUP = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
]);

/** Leaves the terminal to what a person who tries the demo wants to see: warnings, messages, the address. */
export class QuietStartLogger extends ConsoleLogger {
  override log(message: unknown, ...rest: unknown[]): void {
    if (!STARTUP.has(String(rest.at(-1)))) super.log(message, ...rest);
  }
}
