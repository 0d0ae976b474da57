import 'reflect-metadata';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Logger } from '@nestjs/common';
import { type Figures, figuresOf } from './figures.js';
import { type Kind, missedGoals } from './goals.js';
import { picture } from './picture.js';
import { replay } from './replay.js';
import { adaptive, attacks, healthy, type MakeScenario } from './scenarios.js';

/** Replays all scenarios, draws them, and writes the table into README.md. Fails where a goal is missed. */
const here = (path: string) => new URL(path, import.meta.url);
const README = here('./README.md');
const MARK = '<!-- results -->';

const percent = (share: number) => `${(share * 100).toFixed(2)} %`;
const dollars = (sum: number) => `${sum.toFixed(0)} USD`;

Logger.overrideLogger(false);
mkdirSync(here('./pictures/'), { recursive: true });

let isMissed = false;
const sections: string[] = [];

async function play(kind: Kind, title: string, scenarios: readonly MakeScenario[]): Promise<void> {
  console.log(`\n${title}`);
  const rows: Figures[] = [];
  const abouts: string[] = [];
  for (const make of scenarios) {
    const scenario = make();
    const result = await replay(scenario);
    const figures = figuresOf(result);
    writeFileSync(here(`./pictures/${scenario.name}.svg`), picture(result));
    const missed = missedGoals(kind, figures);
    isMissed ||= missed.length > 0;
    rows.push(figures);
    abouts.push(`- [${scenario.name}](pictures/${scenario.name}.svg): ${scenario.about}`);
    console.log(`  ${line(kind, figures)}${missed.length > 0 ? `  MISSED: ${missed.join('; ')}` : ''}`);
  }
  sections.push(`## ${title}`, '', ...abouts, '', ...table(kind, rows), '');
}

function line(
  kind: Kind,
  { name, ours, peers, ratio, oursCost, peersCost, people, refused, refusedShare, trip }: Figures,
) {
  const refusals = `refused ${refused} of ${people} people (${percent(refusedShare)})`;
  if (kind === 'healthy') return `${name.padEnd(32)} ${refusals}`;
  const trips = trip
    ? `trips after ${trip.minutes.toFixed(1)} min and ${trip.messages} messages`
    : 'never trips';
  const spent = `${dollars(oursCost)} / ${dollars(peersCost)}`;
  return `${name.padEnd(32)} attacker ${ours} / ${peers} (${percent(ratio)}), ${spent}, ${refusals}, ${trips}`;
}

function table(kind: Kind, rows: readonly Figures[]): string[] {
  if (kind === 'healthy')
    return [
      '| Scenario | People | Refused |',
      '|---|---|---|',
      ...rows.map(({ name, people, refused }) => `| ${name} | ${people} | ${refused} |`),
    ];
  return [
    '| Scenario | Messages to the attacker: this guard | 10 a minute and address | Ratio | Lost: this guard | Lost: 10 a minute | People during the attack | Refused | Trips after |',
    '|---|---|---|---|---|---|---|---|---|',
    ...rows.map((row) =>
      [
        '',
        row.name,
        row.ours,
        row.peers,
        percent(row.ratio),
        dollars(row.oursCost),
        dollars(row.peersCost),
        row.people,
        `${row.refused} (${percent(row.refusedShare)})`,
        row.trip ? `${row.trip.minutes.toFixed(1)} min, ${row.trip.messages} messages` : 'never',
        '',
      ]
        .join(' | ')
        .trim(),
    ),
  ];
}

await play('healthy', 'Healthy traffic', healthy);
await play('attack', 'Attacks', attacks);
await play('adaptive', 'Attackers who know the guard', adaptive);

const [head] = readFileSync(README, 'utf8').split(MARK);
writeFileSync(README, `${head}${MARK}\n\n${sections.join('\n').trimEnd()}\n`);
if (isMissed) process.exitCode = 1;
