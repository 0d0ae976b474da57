import { QueryFailedError } from 'typeorm';
import { describe, expect, it, vi } from 'vitest';
import { LostRace, UniqueViolation } from './failures.js';
import { withRetries } from './retry.js';

type Work = () => Promise<string>;

const lost = new LostRace(new Error('Deadlock found'));

describe('work that loses a race', () => {
  it('3.4 is done again until it wins', async () => {
    const work = vi
      .fn<Work>(() => Promise.resolve('won'))
      .mockRejectedValueOnce(lost)
      .mockRejectedValueOnce(lost);
    expect(await withRetries(work)).toBe('won');
    expect(work).toHaveBeenCalledTimes(3);
  });

  it('3.4, I6 is given up after three more tries', async () => {
    const work = vi.fn<Work>(() => Promise.reject(lost));
    await expect(withRetries(work)).rejects.toBe(lost);
    expect(work).toHaveBeenCalledTimes(4);
  });

  it('3.4 is done again where a host’s store ran the statement with TypeORM', async () => {
    const error = new QueryFailedError('UPDATE', [], Object.assign(new Error('lost'), { code: '40001' }));
    const work = vi.fn<Work>(() => Promise.resolve('won')).mockRejectedValueOnce(error);
    expect(await withRetries(work)).toBe('won');
  });

  it.each([new UniqueViolation('23505'), new Error('disk full')])(
    'is not done again for %s',
    async (error) => {
      const work = vi.fn<Work>(() => Promise.reject(error));
      await expect(withRetries(work)).rejects.toBe(error);
      expect(work).toHaveBeenCalledTimes(1);
    },
  );
});
