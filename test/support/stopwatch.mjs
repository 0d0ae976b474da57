// Times pairs of requests from a thread of its own, so that what the server does after an answer does not slow the clock.
import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';

const { url, first, second, pairs, warmUp } = workerData;
const asked = new Map();

/** A body for all times, or one for each. */
function next(bodies) {
  if (!Array.isArray(bodies)) return bodies;
  const count = asked.get(bodies) ?? 0;
  asked.set(bodies, count + 1);
  return bodies[count];
}

async function time(bodies) {
  const body = next(bodies);
  const start = performance.now();
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  await answer.text();
  return performance.now() - start;
}

for (let i = 0; i < warmUp; i++) await Promise.all([time(first), time(second)]);

// in both orders, so that neither side always comes second
const seen = [];
for (let i = 0; i < pairs; i++) {
  if (i % 2) seen.push([await time(first), await time(second)]);
  else {
    const later = await time(second);
    seen.push([await time(first), later]);
  }
}
parentPort.postMessage(seen);
