// docs/sizing.md as text: measured figures in one table, what is computed from them in another, never in one column.
import { assumptions, figureNames, type FigureName, type Figures, type Sized } from './sizing-model.ts';

const missing = '—';
const abouts: Record<FigureName, string> = {
  viewersPerCoreAt60: 'viewers one media core was seen to carry at 60 % or less', datagramsPerViewer: 'what one viewer gets, headers and sound included', joinPerSecond: 'people let into lessons per second, one signaling process',
  rssKbPerLearner: 'memory of signaling per learner', httpPerSecond: 'requests answered per second, one signaling process', recorderCpuPercentPerLesson: 'recording a lesson, percent of a core',
  checksPerSecondPerCore: 'snapshots judged per second by one core of a worker',
};
const shown = (value: number | null): string => (value === null ? missing : String(value));

function measuredRows(figures: Figures): string[] {
  return figureNames.map((name) => {
    const one = figures[name];
    const where = one ? `${one.from}, ${one.date}, commit ${one.commit}, ${one.machine}${one.quiet ? '' : ' (**not a quiet machine**)'}` : '**not measured yet**';
    return `| \`${name}\` | ${abouts[name]} | ${one ? `${one.value} ${one.unit}` : missing} | ${where} |`;
  });
}

const rows: [string, (sized: Sized) => string][] = [
  ['media cores', ({ mediaCores }) => shown(mediaCores)], ['egress, Gbit/s', ({ egressGbps }) => shown(egressGbps)],
  [`media hosts (${assumptions.coresPerMediaHost} cores, ${assumptions.lineGbps} Gbit/s)`, ({ mediaHosts, boundBy }) => (mediaHosts === null ? missing : `${mediaHosts}, bound by the ${boundBy}`)],
  ['signaling memory for learners, GB', ({ signalingGigabytes }) => shown(signalingGigabytes)], ['seconds until all are in, one signaling process', ({ secondsToEnter }) => shown(secondsToEnter)],
  ['seconds until all have a lesson’s data, one signaling process', ({ secondsToOpen }) => shown(secondsToOpen)], ['lessons at once', ({ lessons }) => String(lessons)], ['cores for recording', ({ recordingCores }) => shown(recordingCores)],
  [`worker cores while all sign in by face, within ${assumptions.signInMinutes} minutes`, ({ signInCores }) => shown(signInCores)],
  [`units of ${assumptions.years} years, TB (${assumptions.copies} copies)`, ({ unitTerabytes }) => String(unitTerabytes)],
  [`raw captures of ${assumptions.rawCaptureDays} days, TB (${assumptions.copies} copies)`, ({ captureTerabytes }) => String(captureTerabytes)],
];

export function sizingPage(figures: Figures, sizes: readonly Sized[]): string {
  return [
    '# Sizing', '', 'Written by `node bench/sizing.ts` from `bench/sizing-figures.json`; do not edit. To take in a run on a quiet machine:', '',
    '```', 'npm run --silent bench -- sfu --json > sfu-1.json', 'npm run sizing -- --take sfu-1.json sfu-2.json sfu-3.json --quiet', '```', '',
    'Several files may follow `--take`; of several runs of a bench the middle one counts, of two the worse. No audience of this size was put on a platform here: the second table is arithmetic on the first.', '',
    '## Measured', '', '| figure | what it is | value | from |', '|---|---|---|---|', ...measuredRows(figures), '',
    '## Computed', '', `| | ${sizes.map(({ learners }) => `${learners.toLocaleString('en')} learners`).join(' | ')} |`, `|---|${sizes.map(() => '---').join('|')}|`,
    ...rows.map(([name, cell]) => `| ${name} | ${sizes.map(cell).join(' | ')} |`), '',
    `${missing}: the figure it needs was not measured.`, '', '## Assumed', '', 'Neither measured nor computed; they stand in `bench/sizing-model.ts`.', '',
    '| assumption | value |', '|---|---|', ...Object.entries(assumptions).map(([name, value]) => `| \`${name}\` | ${value} |`), '',
  ].join('\n');
}
