// One recorded lesson over two sfu nodes and two signaling processes on hosts of their own, while each of them, and Redis, is killed without a word.
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { createVault } from '#db/vault.ts';
import { prepareClass, type AcceptanceClass } from '../setup/acceptance-class.ts';
import { foundPaths } from '../setup/found.ts';
import { Learners, type AllFigures } from './acceptance/learners.ts';
import { MadeTeacher } from './acceptance/made-teacher.ts';
import { recordingGaps } from './nodes-gaps.ts';
import { sfuNames, signalingNames, withNodes, type NodesProduct, type RoleName } from './nodes-product.ts';
import { inFolder, numberOption } from './product-world.ts';
import { smallLayers } from './receiver/clip.ts';
import { Generator } from './receiver/generator.ts';
import { percentile } from './statistics.ts';

const patienceMs = 30_000;
const settleMs = 3000;
const quizMs = 20_000;
/** Of one node: half of it is enough for all, so that the lesson stands on two and any of them can take everybody. */
const streamsFor = (viewers: number): number => 2 * (viewers + 2);

interface Scene { product: NodesProduct; klass: AcceptanceClass; learners: Learners; teacher: MadeTeacher }
const clock = (): number => performance.timeOrigin + performance.now();

async function until(what: string, holds: () => Promise<boolean>, ms = patienceMs): Promise<boolean> {
  for (const end = performance.now() + ms; performance.now() < end;) {
    if (await holds()) return true;
    await pause(50);
  }
  console.error(`${what}: not within ${ms / 1000} s`);
  return false;
}

/** Where people have their media, by the rows. */
async function nodesOfPeople({ product, klass }: Scene): Promise<Map<string, RoleName>> {
  const rows = await product.orm.em.fork().execute<{ person_id: string; node_id: RoleName }[]>(
    'select s.person_id, s.node_id from media_seat s join media_room r on r.room_id = s.room_id and r.epoch = s.epoch');
  return new Map(rows.filter(({ person_id }) => klass.learners.some(({ personId }) => personId === person_id)).map(({ person_id, node_id }) => [person_id, node_id]));
}
async function originOf({ product }: Scene): Promise<RoleName> {
  const [room] = await product.orm.em.fork().execute<{ node_id: RoleName }[]>('select node_id from media_room order by moved_at desc limit 1');
  return room!.node_id;
}

/**
 * Everybody is served again: the socket answers, the teacher's words arrive, the picture comes steadily; whoever lost a media seat has it from a new one.
 * Null: not within 30 s.
 */
async function recovered({ learners, teacher }: Scene, killedMs: number, words: string): Promise<number | null> {
  const talk = new AbortController();
  const talking = (async () => {
    while (!talk.signal.aborted) {
      await teacher.say(words).catch(() => undefined);
      await pause(300);
    }
  })();
  let last = 0;
  const done = await until(`everybody after ${words}`, async () => {
    const marks = (await learners.figures()).learners.map(({ sinceMark }) => sinceMark);
    const times = marks.flatMap(({ answeredAt, heardAt, pictureAt }) => [answeredAt, heardAt, pictureAt]);
    last = Math.max(...times.map((at) => at ?? 0));
    return times.every((at) => at !== null);
  });
  talk.abort();
  await talking;
  return done ? Math.round(last - killedMs) : null;
}

/** A question is open and answers are on their way while something is killed. */
async function killDuringQuiz(scene: Scene, what: string, kill: () => void | Promise<void>, losesSeat: (node: RoleName | undefined) => boolean = () => false): Promise<number | null> {
  const quizId = await scene.teacher.openQuiz(quizMs / 1000);
  await pause(500 + Math.random() * 1000);
  const words = `after ${what} ${Math.round(clock())}`;
  const seats = await nodesOfPeople(scene);
  await scene.learners.mark(words, scene.klass.learners.map(({ personId }) => personId).filter((personId) => losesSeat(seats.get(personId))));
  const killedMs = clock();
  await kill();
  const recoveryMs = await recovered(scene, killedMs, words);
  console.error(`${what}: ${recoveryMs === null ? 'not back' : `back after ${recoveryMs} ms`}`);
  await until('answers', async () => (await scene.learners.figures()).learners.every(({ answered, unanswered }) => answered.includes(quizId) || unanswered.some((one) => one.quizId === quizId)), quizMs);
  await scene.teacher.closeQuiz(quizId);
  return recoveryMs;
}

async function startAgain({ product }: Scene, name: RoleName): Promise<void> {
  await product.roles[name].start();
  if (name.startsWith('sfu')) await until(`${name} registered`, async () => (await product.orm.em.fork().execute<{ n: number }[]>(
    `select count(*)::int as n from media_node where id = ? and heard_at > now() - interval '2 seconds'`, [name]))[0]!.n === 1);
  await pause(settleMs);
}

async function killAll(scene: Scene): Promise<Record<'edge' | 'origin' | 'signaling' | 'redis', number | null>> {
  const { product } = scene;
  const origin = await originOf(scene);
  const edge = sfuNames.find((name) => name !== origin)!;
  const edgeMs = await killDuringQuiz(scene, 'edge', () => product.roles[edge].kill(), (node) => node === edge);
  await startAgain(scene, edge);
  // A room with another origin is another run of it: every seat is void.
  const originMs = await killDuringQuiz(scene, 'origin', () => product.roles[origin].kill(), () => true);
  await startAgain(scene, origin);
  const signalingMs = await killDuringQuiz(scene, 'signaling', () => product.roles[signalingNames[0]].kill());
  await startAgain(scene, signalingNames[0]);
  const redisMs = await killDuringQuiz(scene, 'redis', async () => {
    process.kill(product.redis.server.pid, 'SIGKILL');
    await product.redis.restart();
  });
  return { edge: edgeMs, origin: originMs, signaling: signalingMs, redis: redisMs };
}

/** Answers that were clicked and are in no row; `refused` says why those learners gave up. */
async function lostAnswers({ product, teacher }: Scene, { learners }: AllFigures): Promise<Record<string, unknown>> {
  const rows = await product.orm.em.fork().execute<{ quiz_id: string; person_id: string }[]>('select quiz_id, person_id from answer');
  const stored = new Set(rows.map(({ quiz_id, person_id }) => `${quiz_id} ${person_id}`));
  const clicked = learners.flatMap(({ personId, answered, unanswered }) => [...answered, ...unanswered.map(({ quizId }) => quizId)].map((quizId) => `${quizId} ${personId}`));
  return {
    answersLost: clicked.filter((one) => !stored.has(one)).length, answers: clicked.length, answersExpected: teacher.quizIds.length * learners.length,
    answersRefused: learners.flatMap(({ unanswered }) => unanswered.map(({ code }) => code)),
  };
}

async function measure(scene: Scene): Promise<Record<string, unknown>> {
  const { product, klass, learners, teacher } = scene;
  await teacher.teach();
  await learners.enter(product.url, klass.lessonId, klass.learners.map((one) => ({ ...one, media: true })), 2000);
  await until('first pictures', async () => (await learners.figures()).learners.every(({ media }) => (media?.firstFrameMs.length ?? 0) > 0));
  await pause(settleMs);
  const origin = await originOf(scene);
  const seats = await nodesOfPeople(scene);
  const first = await learners.figures();
  const firstFrames = (here: boolean): number[] =>
    first.learners.filter(({ personId }) => (seats.get(personId) === origin) === here).flatMap(({ media }) => media?.firstFrameMs.slice(0, 1) ?? []);
  const [same, cross] = [firstFrames(true), firstFrames(false)];
  const recoveryMs = await killAll(scene);
  const last = await learners.figures();
  const answers = await lostAnswers(scene, last);
  await teacher.end();
  const { gaps, captures } = await recordingGaps(product.orm, sfuNames.map((name) => product.dataDir(name)), klass.lessonId);
  return {
    crossNodeFirstFrameMs: cross.length > 0 ? Math.round(percentile(cross, 0.5)) : null, crossNodeFirstFrames: cross, sameNodeFirstFrameMs: same.length > 0 ? Math.round(percentile(same, 0.5)) : null,
    viewers: { origin: same.length, edge: cross.length }, recoveryMs, ...answers,
    recordingGaps: gaps.map(({ fromMs, toMs, loggedMs, noted }) => ({ gapMs: Math.round(toMs - fromMs), loggedMs, noted })),
    unloggedMs: gaps.reduce((sum, { fromMs, toMs, loggedMs }) => sum + Math.round(toMs - fromMs) - loggedMs, 0),
    unloggedGaps: gaps.filter(({ loggedMs }) => loggedMs === 0).length, captures,
    learnerCpuMs: Math.round(last.processes.reduce((sum, { cpuMs }) => sum + cpuMs, 0)),
  };
}

/** `--learners`: 12 when left out; on one machine they are few, since what is measured is time to recover, not load. */
export async function benchNodes(args: readonly string[]): Promise<Record<string, unknown>> {
  const count = numberOption(args, 'learners', 12);
  const found = foundPaths(process.env);
  return inFolder((folder) => withNodes(folder, streamsFor(count), async (product) => {
    const klass = await prepareClass(product.orm, count, { vault: createVault(randomBytes(32)) });
    const [learners, generator] = await Promise.all([Learners.start(1), Generator.start()]);
    const clip = { layers: smallLayers, ffmpeg: found.FFMPEG_BIN ?? 'ffmpeg', folder, seconds: 4 };
    await generator.ask('prepare', clip);
    const teacher = new MadeTeacher(product.url, klass.teacher.cookie, klass.lessonId, generator, clip);
    try {
      return { ...await measure({ product, klass, learners, teacher }), separateHosts: product.hosts.separate, learners: count };
    } finally {
      teacher.close();
      learners.close();
      generator.close();
    }
  }));
}
