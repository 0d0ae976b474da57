/**
 * What the stores need of a client: an instance of `Redis` or `Cluster` of the package `ioredis`, 5.0.4 or later. It is
 * the host's: the stores neither open nor close it.
 *
 * @publicApi
 */
export interface RedisClient {
  /** Whether keys live on several nodes, so that one script cannot see them all. ioredis sets it. */
  readonly isCluster?: boolean;
  evalsha(sha: string, keys: number, ...keysAndArguments: string[]): Promise<unknown>;
  eval(script: string, keys: number, ...keysAndArguments: string[]): Promise<unknown>;
}
