import { describe, expect, it } from 'vitest';
import { BatchedReads } from './batched-reads.js';

/** Reads that end when they are told to, and what each of them asked for. */
function heldReads() {
  const asked: (readonly string[])[] = [];
  const ends: ((error?: Error) => void)[] = [];
  const reads = new BatchedReads<string>((keys) => {
    asked.push(keys);
    return new Promise((resolve, reject) => {
      ends.push((error) => {
        if (error) reject(error);
        else resolve(new Map(keys.filter((key) => key !== 'nobody').map((key) => [key, `row of ${key}`])));
      });
    });
  });
  return { reads, asked, end: (read: number, error?: Error) => ends[read]!(error) };
}

describe('batched reads', () => {
  it('ask at once for whoever comes first', async () => {
    const { reads, asked, end } = heldReads();
    const row = reads.get('a');
    expect(asked).toEqual([['a']]);
    end(0);
    await expect(row).resolves.toBe('row of a');
  });

  it('gather who comes while two are under way, and ask for all of them together', async () => {
    const { reads, asked, end } = heldReads();
    const rows = ['a', 'b', 'c', 'd', 'nobody'].map((key) => reads.get(key));
    expect(asked).toEqual([['a'], ['b']]);
    end(0);
    await rows[0];
    await expect.poll(() => asked).toEqual([['a'], ['b'], ['c', 'd', 'nobody']]);
    end(1);
    end(2);
    expect(await Promise.all(rows)).toEqual(['row of a', 'row of b', 'row of c', 'row of d', undefined]);
  });

  it('ask once for what two want, but never with a read that had begun before', async () => {
    const { reads, asked, end } = heldReads();
    const rows = ['a', 'b', 'a', 'a'].map((key) => reads.get(key));
    end(0);
    await rows[0];
    await expect.poll(() => asked).toEqual([['a'], ['b'], ['a']]);
    end(1);
    end(2);
    expect(await Promise.all(rows)).toEqual(['row of a', 'row of b', 'row of a', 'row of a']);
  });

  it('fail for those of the read that failed, and for nobody after them', async () => {
    const { reads, end, asked } = heldReads();
    const failed = reads.get('a');
    end(0, new Error('gone'));
    await expect(failed).rejects.toThrow('gone');
    const row = reads.get('a');
    await expect.poll(() => asked.length).toBe(2);
    end(1);
    await expect(row).resolves.toBe('row of a');
  });
});
