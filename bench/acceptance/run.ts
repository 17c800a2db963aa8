// One acceptance run against a given address: a lesson with many simulated learners, light receivers, clicks all at once, and a few real pages.
import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { AcceptanceClass } from '../../setup/acceptance-class.ts';
import { inFolder } from '../product-world.ts';
import { smallLayers, teacherLayers } from '../receiver/clip.ts';
import { Generator } from '../receiver/generator.ts';
import { percentile } from '../statistics.ts';
import { watchInBrowsers } from './browsers.ts';
import { clickThrough } from './clicking.ts';
import { Learners, type AllFigures } from './learners.ts';
import { MadeTeacher } from './made-teacher.ts';
import type { RunFigures } from './requirements.ts';

export interface RunWish {
  url: string; klass: AcceptanceClass; /** Learners with media; the rest have sockets alone. */ media: number; browsers: number; seconds: number;
  chromium: string | null; ffmpeg: string; /** Small pictures, for trying out. */ light: boolean; say: (line: string) => void;
}
export interface RunResult { figures: RunFigures; generators: { processes: number; cpuPercent: number[] } }

const enterPatienceMs = 300_000;
const pictureSettleMs = 5000;
const quizSeconds = 15;
const perProcess = 1500;
const within25Ms = 25;

async function untilAll(learners: Learners, what: string, say: RunWish['say'], holds: (figures: AllFigures['learners'][number]) => boolean): Promise<void> {
  let last = -1;
  for (const end = performance.now() + enterPatienceMs; performance.now() < end;) {
    const all = (await learners.figures()).learners;
    const ready = all.filter(holds).length;
    if (ready !== last) say(`${what}: ${ready} of ${all.length}`);
    if (all.length > 0 && ready === all.length) return;
    last = ready;
    await pause(1000);
  }
}

const rounded = (samples: readonly number[], share: number): number | null => (samples.length === 0 ? null : Math.round(percentile(samples, share) * 10) / 10);

/** Questions one after the other for so long; answers the platform lost are those acknowledged beyond what it counted. */
async function teachFor(seconds: number, teacher: MadeTeacher, learners: Learners, say: RunWish['say']): Promise<{ stored: Map<string, number | null> }> {
  const stored = new Map<string, number | null>();
  const until = performance.now() + seconds * 1000;
  do {
    const quizId = await teacher.openQuiz(quizSeconds);
    for (const end = performance.now() + quizSeconds * 1000; performance.now() < end; await pause(500)) {
      if ((await learners.figures()).learners.every(({ answered, unanswered }) => answered.includes(quizId) || unanswered.some((one) => one.quizId === quizId))) break;
    }
    const counted = await teacher.closeQuiz(quizId);
    stored.set(quizId, counted);
    say(`question ${stored.size}: ${counted ?? 'unknown'} answers`);
    await pause(1000);
  } while (performance.now() < until);
  return { stored };
}

function lostAnswers(stored: ReadonlyMap<string, number | null>, { learners }: AllFigures): { answers: number; answersLost: number } {
  const acknowledged = (quizId: string): number => learners.filter(({ answered }) => answered.includes(quizId)).length;
  const clicked = learners.reduce((sum, { answered, unanswered }) => sum + answered.length + unanswered.length, 0);
  const unanswered = learners.reduce((sum, one) => sum + one.unanswered.length, 0);
  const missing = [...stored].reduce((sum, [quizId, counted]) => sum + Math.max(0, acknowledged(quizId) - (counted ?? 0)), 0);
  return { answers: clicked, answersLost: unanswered + missing };
}

function mediaFigures(before: AllFigures, { learners }: AllFigures): Pick<RunFigures, 'mediaLearners' | 'mediaServed' | 'mediaLossPercent' | 'firstFrameP95Ms' | 'mediaRoundTrip'> {
  const earlier = new Map(before.learners.map(({ personId, media }) => [personId, media]));
  const media = learners.flatMap(({ personId, media: one }) => (one ? [{ ...one, packetsNow: one.packets - (earlier.get(personId)?.packets ?? 0), expectedNow: one.expected - (earlier.get(personId)?.expected ?? 0) }] : []));
  const expected = media.reduce((sum, { expectedNow }) => sum + expectedNow, 0);
  const lost = media.reduce((sum, { expectedNow, packetsNow }) => sum + Math.max(0, expectedNow - packetsNow), 0);
  const trips = media.flatMap(({ roundTripMs }) => (roundTripMs === null ? [] : [roundTripMs]));
  return {
    mediaLearners: media.length, mediaServed: media.filter(({ firstFrameMs, packetsNow }) => firstFrameMs.length > 0 && packetsNow > 0).length,
    mediaLossPercent: expected === 0 ? null : Math.round((lost / expected) * 100_000) / 1000, firstFrameP95Ms: rounded(media.flatMap(({ firstFrameMs }) => firstFrameMs.slice(0, 1)), 0.95),
    mediaRoundTrip: trips.length === 0 ? null : {
      p50Ms: rounded(trips, 0.5)!, p95Ms: rounded(trips, 0.95)!, samples: trips.length,
      shareWithin25: Math.round((trips.filter((ms) => ms <= within25Ms).length / trips.length) * 1000) / 10,
    },
  };
}

function summed(from: AllFigures, to: AllFigures, stored: ReadonlyMap<string, number | null>, wanted: number): Omit<RunFigures, 'detail' | 'object' | 'browsers'> {
  const wall = to.atMs - from.atMs;
  return {
    learners: wanted, enteredLearners: to.learners.filter(({ entered }) => entered).length, signedIn: to.learners.filter(({ signedIn }) => signedIn).length,
    enterP99Ms: rounded(to.learners.flatMap(({ enteredMs }) => enteredMs.slice(0, 1)), 0.99),
    lostLines: to.learners.reduce((sum, { connects }) => sum + Math.max(0, connects - 1), 0), ...lostAnswers(stored, to),
    answerP99Ms: rounded(to.learners.flatMap(({ answerMs }) => answerMs), 0.99), ...mediaFigures(from, to),
    generatorCpuPercent: Math.max(...to.processes.map(({ cpuMs }, index) => Math.round(((cpuMs - from.processes[index]!.cpuMs) / wall) * 1000) / 10)),
  };
}

interface Cast { learners: Learners; teacher: MadeTeacher }
async function playThrough({ url, klass, media, browsers, seconds, chromium, say }: RunWish, { learners, teacher }: Cast): Promise<RunResult> {
  // The last ones are kept for the real pages.
  const pages = chromium ? Math.min(browsers, klass.learners.length - 1) : 0;
  const simulated = klass.learners.slice(0, klass.learners.length - pages);
  await teacher.teach();
  say('the lesson is live');
  await learners.enter(url, klass.lessonId, simulated.map((one, index) => ({ ...one, media: index < media })), Math.max(1000, (simulated.length / 150) * 1000));
  await untilAll(learners, 'in the lesson', say, ({ entered }) => entered);
  await untilAll(learners, 'with a picture', say, ({ media: one }) => one === null || one.firstFrameMs.length > 0);
  await pause(pictureSettleMs);
  const from = await learners.figures();
  const { stored } = await teachFor(seconds, teacher, learners, say);
  const shown = pages > 0 && chromium ? await watchInBrowsers(chromium, url, klass.lessonId, klass.learners.slice(-pages).map(({ cookie }) => cookie)) : null;
  const to = await learners.figures();
  say('everybody clicks');
  const { detail, object, busiestPercent } = await clickThrough({ url, lessonId: klass.lessonId, replayId: klass.replayId, cookies: simulated.map(({ cookie }) => cookie), say });
  const figures = summed(from, to, stored, simulated.length);
  const cpuPercent = to.processes.map(({ cpuMs }, index) => Math.round(((cpuMs - from.processes[index]!.cpuMs) / (to.atMs - from.atMs)) * 1000) / 10);
  return { figures: { ...figures, generatorCpuPercent: Math.max(figures.generatorCpuPercent, busiestPercent), detail, object, browsers: shown }, generators: { processes: cpuPercent.length, cpuPercent } };
}

export const runAcceptance = (wish: RunWish): Promise<RunResult> => inFolder(async (folder) => {
  const processes = Math.max(1, Math.min(availableParallelism(), Math.ceil(wish.klass.learners.length / perProcess)));
  const [learners, generator] = await Promise.all([Learners.start(processes), Generator.start()]);
  const clip = { layers: wish.light ? smallLayers : teacherLayers, ffmpeg: wish.ffmpeg, folder, seconds: 6 };
  const teacher = new MadeTeacher(wish.url, wish.klass.teacher.cookie, wish.klass.lessonId, generator, clip);
  try {
    await generator.ask('prepare', clip);
    const result = await playThrough(wish, { learners, teacher });
    await teacher.end();
    return result;
  } finally {
    teacher.close();
    learners.close();
    generator.close();
  }
});
