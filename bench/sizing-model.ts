// How many machines an audience needs, from measured figures per core. Each result says which figure it came from; a missing one gives no result.

/** Measured on one machine, by one command, at one commit. `quiet`: nothing else ran on it. */
export interface Measured { value: number; unit: string; from: string; machine: string; commit: string; date: string; quiet: boolean }
export const figureNames = ['viewersPerCoreAt60', 'datagramsPerViewer', 'joinPerSecond', 'rssKbPerLearner', 'httpPerSecond', 'recorderCpuPercentPerLesson', 'checksPerSecondPerCore'] as const;
export type FigureName = (typeof figureNames)[number];
export type Figures = Partial<Record<FigureName, Measured>>;

/** Chosen, not measured: each can be argued about, and is printed on the page. */
export const assumptions = {
  coresPerMediaHost: 8,
  /** Of a host's line; the rest is for bursts and key frames. */
  lineGbps: 1, lineShare: 0.6,
  learnersPerLesson: 100,
  /** All sign in by face within so long. */
  signInMinutes: 10,
  /** A unit of 45 minutes in its files (main, low, sound), and raw capture of it while it is kept. */
  unitMegabytes: 450, captureMegabytes: 900, rawCaptureDays: 30,
  /** Each learner's hours of lessons in a year, all recorded once per lesson. */
  hoursPerLearnerAndYear: 100, years: 5, copies: 2,
} as const;
export type Assumptions = { [K in keyof typeof assumptions]: number };

export interface Sized {
  learners: number;
  mediaCores: number | null; egressGbps: number | null; mediaHosts: number | null; boundBy: 'cores' | 'line' | null;
  signalingGigabytes: number | null; secondsToEnter: number | null; /** All click on a lesson at once. */ secondsToOpen: number | null; lessons: number; recordingCores: number | null; signInCores: number | null; unitTerabytes: number; captureTerabytes: number;
}

const up = (value: number): number => Math.ceil(value - 1e-9);
const hundredths = (value: number): number => Math.round(value * 100) / 100;

export function sizeFor(learners: number, figures: Figures, given: Assumptions = assumptions): Sized {
  const value = (name: FigureName): number | null => figures[name]?.value ?? null;
  const [perCore, megabits, joins, kilobytes, recorder, answers, checks] = [value('viewersPerCoreAt60'), value('datagramsPerViewer'), value('joinPerSecond'), value('rssKbPerLearner'), value('recorderCpuPercentPerLesson'), value('httpPerSecond'), value('checksPerSecondPerCore')];
  const lessons = up(learners / given.learnersPerLesson);
  const mediaCores = perCore ? up(learners / perCore) : null;
  const egressGbps = megabits === null ? null : hundredths((learners * megabits) / 1000);
  const byCores = mediaCores === null ? null : up(mediaCores / given.coresPerMediaHost);
  const byLine = egressGbps === null ? null : up(egressGbps / (given.lineGbps * given.lineShare));
  const units = (lessons * given.hoursPerLearnerAndYear * given.years * 60) / 45;
  const rawUnits = (lessons * given.hoursPerLearnerAndYear * (given.rawCaptureDays / 365) * 60) / 45;
  return {
    learners, mediaCores, egressGbps, mediaHosts: byCores === null || byLine === null ? null : Math.max(byCores, byLine), boundBy: byCores === null || byLine === null ? null : byLine > byCores ? 'line' : 'cores',
    signalingGigabytes: kilobytes === null ? null : hundredths((learners * kilobytes) / 1e6), secondsToEnter: joins ? up(learners / joins) : null,
    secondsToOpen: answers ? up(learners / answers) : null, lessons,
    recordingCores: recorder === null ? null : hundredths((lessons * recorder) / 100),
    signInCores: checks ? hundredths(learners / (given.signInMinutes * 60) / checks) : null,
    unitTerabytes: hundredths((units * given.unitMegabytes * given.copies) / 1e6), captureTerabytes: hundredths((rawUnits * given.captureMegabytes * given.copies) / 1e6),
  };
}
