import { describe, expect, it, vi } from 'vitest';
import { type ClientTokenPair, type Renewal, TokenPairs } from './token-pairs.js';

const first = { accessToken: 'access-1', refreshToken: 'refresh-1' };
const second = { accessToken: 'access-2', refreshToken: 'refresh-2' };

function pairsOf(kept: ClientTokenPair | null = first) {
  let pair = kept;
  return new TokenPairs({ get: () => pair, set: (next) => void (pair = next) });
}

const renewal: Renewal = { data: { success: true }, error: null };
const refused: Renewal = { data: null, error: { code: 'INVALID_REFRESH_TOKEN', status: 401, message: '' } };

describe('a call that learns late that its access token is dead', () => {
  it('S3.48 goes out again with the pair that another call has got, and refreshes nothing', async () => {
    const pairs = pairsOf();
    const [early, late] = [await pairs.shown(), await pairs.shown()];
    await pairs.renew(early, async () => {
      await pairs.keep(second);
      return renewal;
    });
    const refresh = vi.fn<() => Promise<Renewal>>();

    expect(await pairs.renew(late, refresh)).toEqual(renewal);
    expect(refresh).not.toHaveBeenCalled();
  });

  it('S3.37, S3.48 asks for nothing where another call has learnt that the session is over', async () => {
    const pairs = pairsOf();
    const [early, late] = [await pairs.shown(), await pairs.shown()];
    await pairs.renew(early, async () => {
      await pairs.forget();
      return refused;
    });
    const refresh = vi.fn<() => Promise<Renewal>>();

    expect((await pairs.renew(late, refresh)).error?.code).toBe('REFRESH_TOKEN_REQUIRED');
    expect(refresh).not.toHaveBeenCalled();
  });

  it('S3.48 and whoever signs in after that has a pair that is renewed again', async () => {
    const pairs = pairsOf();
    await pairs.forget();
    await pairs.keep(second);
    const refresh = vi.fn<() => Promise<Renewal>>().mockResolvedValue(renewal);

    expect(await pairs.renew(await pairs.shown(), refresh)).toEqual(renewal);
    expect(refresh).toHaveBeenCalledExactlyOnceWith({ refreshToken: 'refresh-2' });
  });
});
