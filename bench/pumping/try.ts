import { Logger } from '@nestjs/common';
import 'reflect-metadata';
import { healthy, attacks, adaptive } from './scenarios.js';
import { replay } from './replay.js';
Logger.overrideLogger(false);
const only = process.argv[2];
for (const make of [...healthy, ...attacks, ...adaptive]) {
  const s = make();
  if (only && !s.name.includes(only)) continue;
  const t = performance.now();
  const r = await replay(s);
  const start = s.attack[0]?.at ?? 0;
  const after = r.people.filter(p => p.from >= start - 3600e3);
  const ref = [...r.ours.refused.keys()];
  const during = r.people.filter(p => s.attack.length && p.from >= start && p.from <= s.attack.at(-1)!.at);
  const dref = during.filter(p => r.ours.refused.has(p));
  console.log(s.name, `people ${r.people.length} refused ${ref.length} (${(100*ref.length/r.people.length).toFixed(2)}%), peers ${r.peers.refused.size}; during ${dref.length}/${during.length} = ${(100*dref.length/(during.length||1)).toFixed(2)}%`,
   `attacker ${r.ours.attackerSent.length}/${r.peers.attackerSent.length} = ${(100*r.ours.attackerSent.length/(r.peers.attackerSent.length||1)).toFixed(2)}% $${r.ours.attackerCost.toFixed(0)}/${r.peers.attackerCost.toFixed(0)}`, r.trip, `${(performance.now()-t).toFixed(0)}ms`);
  const kinds = new Map<string, number>();
  for (const p of ref) { const st = s.people.filter(x => x.person === p && x.kind === 'ask'); const a = st[0]!.address; const at = r.ours.refused.get(p)!; const idx = st.findIndex(x=>x.at===at);
    const k = (/^(nat|busy)/.exec(a)?.[0] ?? 'own')+' ask'+idx+ (st.length>1&&st[0]!.phoneNumber!==st[1]!.phoneNumber?' mistyped':'') ; kinds.set(k,(kinds.get(k)??0)+1); }
  console.log('   refused:', [...kinds].map(x=>x.join('=')).join(', '));
  console.log('   ', [...r.reasons].filter(([k]) => only || !k.includes('attacker denied')).map(x=>x.join('=')).join(' | '));
}
