// `npm run sizing`: writes docs/sizing.md from the measured figures; `--take FILE…` first takes figures from benches' JSON, `--quiet` says that nothing else ran.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { sizeFor, type FigureName, type Figures } from './sizing-model.ts';
import { sizingPage } from './sizing-page.ts';

const root = join(import.meta.dirname, '..');
const figuresFile = join(import.meta.dirname, 'sizing-figures.json');
const audiences = [1000, 2000, 20_000] as const;

type BenchJson = Record<string, unknown> & { bench?: string; machine?: string; commit?: string };
/** A class too small tells of the process itself, and where somebody was refused the rest had it easier. */
const leastPeople = 1000;
const leastViewers = 100;
const wholeClass = ({ learners, entered, errors }: BenchJson): boolean => Number(entered) >= leastPeople && entered === learners && Array.isArray(errors) && errors.length === 0;
const wholeCrowd = ({ connections, errors }: BenchJson): boolean => Number(connections) >= leastPeople && errors === 0;

/** Where each figure stands in which bench, and what makes it no figure. */
const sources: Record<string, { name: FigureName; unit: string; read: (json: BenchJson) => unknown }[]> = {
  sfu: [
    // Short of 60 % it is what a core was seen to carry, and may be less than it can; of a small audience it says nothing.
    { name: 'viewersPerCoreAt60', unit: 'viewers', read: ({ viewersPerCoreAt60, reached60 }) => (reached60 === true || Number(viewersPerCoreAt60) >= leastViewers ? viewersPerCoreAt60 : null) },
    // Of viewers that went short it is too little.
    { name: 'datagramsPerViewer', unit: 'Mbit/s', read: ({ datagramsPerViewer, bitratePerViewer }) => (Number(bitratePerViewer) >= 0.95 ? datagramsPerViewer : null) },
  ],
  sockets: [
    { name: 'joinPerSecond', unit: 'a second', read: (json) => (wholeClass(json) ? json['joinPerSecond'] : null) }, { name: 'rssKbPerLearner', unit: 'KB', read: (json) => (wholeClass(json) ? json['rssKbPerLearner'] : null) },
  ],
  http: [{ name: 'httpPerSecond', unit: 'a second', read: (json) => (wholeCrowd(json) ? (json['requestsPerSecond'] as { keshi?: number } | undefined)?.keshi : null) }],
  recording: [{ name: 'recorderCpuPercentPerLesson', unit: '%', read: ({ recorderCpuPercentPerLesson }) => recorderCpuPercentPerLesson }],
};

/** Figures the bench did not truly measure are left as they were. */
export function takeFigures(figures: Figures, json: BenchJson, quiet: boolean, date: string): { figures: Figures; taken: FigureName[] } {
  const found = (sources[json.bench ?? ''] ?? []).flatMap(({ name, unit, read }) => {
    const value = read(json);
    return typeof value === 'number' && value > 0 ? [{ name, measured: { value, unit, from: `bench ${json.bench}`, machine: json.machine ?? 'unknown', commit: json.commit ?? 'unknown', date, quiet } }] : [];
  });
  return { figures: { ...figures, ...Object.fromEntries(found.map(({ name, measured }) => [name, measured])) }, taken: found.map(({ name }) => name) };
}

function main(): void {
  const { values, positionals } = parseArgs({ options: { take: { type: 'boolean' }, quiet: { type: 'boolean' } }, allowPositionals: true });
  let figures = JSON.parse(readFileSync(figuresFile, 'utf8')) as Figures;
  for (const path of positionals) {
    const json = JSON.parse(readFileSync(resolve(process.env['INIT_CWD'] ?? '.', path), 'utf8')) as BenchJson;
    const taken = takeFigures(figures, json, values.quiet ?? false, new Date().toISOString().slice(0, 10));
    figures = taken.figures;
    console.log(`${path}: ${taken.taken.length > 0 ? taken.taken.join(', ') : 'no figure that was truly measured'}`);
  }
  writeFileSync(figuresFile, `${JSON.stringify(figures, null, 2)}\n`);
  writeFileSync(join(root, 'docs/sizing.md'), sizingPage(figures, audiences.map((learners) => sizeFor(learners, figures))));
}

if (import.meta.main) main();
