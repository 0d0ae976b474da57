import { createHash } from 'node:crypto';
import type { RedisClient } from './redis-client.js';

/** A script in Lua: Redis runs it as one step, whoever else asks. */
export class Script {
  private readonly sha: string;

  constructor(private readonly lua: string) {
    this.sha = createHash('sha1').update(lua).digest('hex');
  }

  /** Sends the script itself only where Redis does not know it (any more): at first, after a restart, on a new node. */
  async run(
    client: RedisClient,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<unknown> {
    const rest = [...keys, ...args.map(String)];
    try {
      return await client.evalsha(this.sha, keys.length, ...rest);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return client.eval(this.lua, keys.length, ...rest);
    }
  }
}
