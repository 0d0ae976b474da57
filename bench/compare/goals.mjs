// What the bench is held to, and one line for each.
import { round } from './figures.mjs';

const verdicts = [];

/** @param {'at least' | 'at most'} bound */
export function goal(what, value, bound, limit, unit = '×') {
  const met = bound === 'at least' ? value >= limit : value <= limit;
  verdicts.push(met);
  console.log(
    `${met ? 'met   ' : 'MISSED'}  ${what}: ${round(value)}${unit} (goal: ${bound} ${limit}${unit})`,
  );
}

export function notMeasured(what, why) {
  console.log(`–       ${what}: not measured, ${why}`);
}

export const missed = () => verdicts.filter((met) => !met).length;
