import type { Quota, QuotaRefund } from '../limits/quota-store.js';
import type { RedisClient } from './redis-client.js';
import { Script } from './script.js';

/** A hash with `hits` and the `id` of the window; Redis' own clock ends it, so skewed clocks of processes do no harm. */
const TAKE = new Script(`
local hits, ids, refused = {}, {}, 0
for i, key in ipairs(KEYS) do
  hits[i] = redis.call('HGET', key, 'hits') or '0'
  if refused == 0 and tonumber(hits[i]) >= tonumber(ARGV[i * 2]) then refused = i end
end
if refused > 0 then
  local left = redis.call('PTTL', KEYS[refused])
  return { refused, left, hits, ids }
end
for i, key in ipairs(KEYS) do
  hits[i] = redis.call('HINCRBYFLOAT', key, 'hits', 1)
  redis.call('HSETNX', key, 'id', ARGV[1])
  if redis.call('PTTL', key) < 0 then redis.call('PEXPIRE', key, ARGV[i * 2 + 1]) end
  ids[i] = redis.call('HGET', key, 'id')
end
return { 0, 0, hits, ids }`);

const GIVE_BACK = new Script(`
for i, key in ipairs(KEYS) do
  local id = redis.call('HGET', key, 'id')
  if id and (ARGV[i * 2] == '' or ARGV[i * 2] == id) then
    redis.call('HINCRBYFLOAT', key, 'hits', ARGV[i * 2 - 1])
  end
end`);

/** What taking found. */
export interface Taking {
  /** Place of the first quota that is used up, or -1, and the milliseconds until its window ends. */
  readonly refused: number;
  readonly left: number;
  readonly hits: readonly number[];
  /** Of the windows that were taken from. */
  readonly ids: readonly string[];
}

/** Redis has no number for it that every Lua reads. */
const finite = (limit: number) => Math.max(-Number.MAX_VALUE, Math.min(limit, Number.MAX_VALUE));

const wholeMilliseconds = (window: number) => Math.max(1, Math.ceil(window));

/** Takes one of every quota or none. The keys of one call live on one node. @param id of the windows that it opens */
export async function take(
  client: RedisClient,
  keyOf: (key: string) => string,
  quotas: readonly Quota[],
  id: string,
): Promise<Taking> {
  const answer = await TAKE.run(
    client,
    quotas.map(({ key }) => keyOf(key)),
    [id, ...quotas.flatMap(({ limit, window }) => [finite(limit), wholeMilliseconds(window)])],
  );
  const [refused, left, hits, ids] = answer as [number, number, string[], string[]];
  const length = quotas[refused - 1]?.window ?? 0;
  // nothing is there yet where not even the first is allowed
  return { refused: refused - 1, left: left < 0 ? length : left, hits: hits.map(Number), ids };
}

/** Hits that go back, where `window` is given to that window only and not to the one that may have followed it. */
export type WindowRefund = QuotaRefund & { readonly window?: string | undefined };

export async function giveBack(
  client: RedisClient,
  keyOf: (key: string) => string,
  refunds: readonly WindowRefund[],
): Promise<void> {
  await GIVE_BACK.run(
    client,
    refunds.map(({ key }) => keyOf(key)),
    refunds.flatMap(({ hits, window }) => [-hits, window ?? '']),
  );
}
