// `npm run sizing`: writes docs/sizing.md from the measured figures; `--take FILE…` first takes figures from benches' JSON, the middle one where a bench ran
// several times; `--quiet` says that nothing else ran.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { sizeFor, type FigureName, type Figures, type Measured } from './sizing-model.ts';
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

interface Source { name: FigureName; unit: string; better: 'more' | 'less'; read: (json: BenchJson) => unknown }
/** Where each figure stands in which bench, and what makes it no figure. */
const sources: Record<string, Source[]> = {
  sfu: [
    // Short of 60 % it is what a core was seen to carry, and may be less than it can; of a small audience it says nothing.
    { name: 'viewersPerCoreAt60', unit: 'viewers', better: 'more', read: ({ viewersPerCoreAt60, reached60 }) => (reached60 === true || Number(viewersPerCoreAt60) >= leastViewers ? viewersPerCoreAt60 : null) },
    // Of viewers that went short it is too little.
    { name: 'datagramsPerViewer', unit: 'Mbit/s', better: 'less', read: ({ datagramsPerViewer, bitratePerViewer }) => (Number(bitratePerViewer) >= 0.95 ? datagramsPerViewer : null) },
  ],
  sockets: [
    { name: 'joinPerSecond', unit: 'a second', better: 'more', read: (json) => (wholeClass(json) ? json['joinPerSecond'] : null) }, { name: 'rssKbPerLearner', unit: 'KB', better: 'less', read: (json) => (wholeClass(json) ? json['rssKbPerLearner'] : null) },
  ],
  http: [{ name: 'httpPerSecond', unit: 'a second', better: 'more', read: (json) => (wholeCrowd(json) ? (json['requestsPerSecond'] as { keshi?: number } | undefined)?.keshi : null) }],
  faces: [{ name: 'checksPerSecondPerCore', unit: 'a second', better: 'more', read: ({ checksPerSecondPerCore }) => checksPerSecondPerCore }],
  recording: [{ name: 'recorderCpuPercentPerLesson', unit: '%', better: 'less', read: ({ recorderCpuPercentPerLesson }) => recorderCpuPercentPerLesson }],
};

/** Of several runs the middle one, of an even number the worse of both in the middle: one lucky run is not what a machine does. */
function middle<Run extends { value: number }>(runs: readonly Run[], better: Source['better']): Run | undefined {
  const fromWorst = runs.toSorted((one, other) => (better === 'more' ? one.value - other.value : other.value - one.value));
  return fromWorst[Math.floor((runs.length - 1) / 2)];
}

const ranOn = ({ machine = 'unknown', commit = 'unknown' }: BenchJson): Pick<Measured, 'machine' | 'commit'> => ({ machine, commit });

/** Runs of one bench. Figures it did not truly measure are left as they were. Throws for runs of different code or machines, which are not one measurement. */
export function takeFigures(figures: Figures, runs: readonly BenchJson[], quiet: boolean, date: string): { figures: Figures; taken: FigureName[] } {
  const bench = runs[0]?.bench ?? '';
  if (new Set(runs.map((run) => JSON.stringify([run.bench, ranOn(run)]))).size > 1) throw new Error(`the runs of bench ${bench} are of different code or machines: take each by itself`);
  const found = (sources[bench] ?? []).flatMap(({ name, unit, better, read }): [FigureName, Measured][] => {
    const measured = runs.flatMap((run) => {
      const value = read(run);
      return typeof value === 'number' && value > 0 ? [{ ...ranOn(run), value }] : [];
    });
    const one = middle(measured, better);
    const from = [`bench ${bench}`, ...(measured.length > 1 ? [`the ${measured.length === 2 ? 'worse' : 'middle'} of ${measured.length} runs`] : [])].join(', ');
    return one ? [[name, { value: one.value, unit, from, machine: one.machine, commit: one.commit, date, quiet }]] : [];
  });
  return { figures: { ...figures, ...Object.fromEntries(found) }, taken: found.map(([name]) => name) };
}

function main(): void {
  const { values, positionals } = parseArgs({ options: { take: { type: 'boolean' }, quiet: { type: 'boolean' } }, allowPositionals: true });
  let figures = JSON.parse(readFileSync(figuresFile, 'utf8')) as Figures;
  const files = positionals.map((path) => ({ path, json: JSON.parse(readFileSync(resolve(process.env['INIT_CWD'] ?? '.', path), 'utf8')) as BenchJson }));
  for (const runs of Map.groupBy(files, ({ json }) => json.bench).values()) {
    const taken = takeFigures(figures, runs.map(({ json }) => json), values.quiet ?? false, new Date().toISOString().slice(0, 10));
    figures = taken.figures;
    console.log(`${runs.map(({ path }) => path).join(', ')}: ${taken.taken.length > 0 ? taken.taken.join(', ') : 'no figure that was truly measured'}`);
  }
  writeFileSync(figuresFile, `${JSON.stringify(figures, null, 2)}\n`);
  writeFileSync(join(root, 'docs/sizing.md'), sizingPage(figures, audiences.map((learners) => sizeFor(learners, figures))));
}

if (import.meta.main) main();
