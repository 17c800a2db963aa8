// bench quiz: a class is asked and everybody answers within ten seconds, one in ten cut off meanwhile. When it reaches the last learner, what becomes of every answer, when the teacher sees
// it; beside a bare Socket.IO server that passes the same question on.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openDatabase, type Orm } from '#db/orm.ts';
import { newId } from '#domain/id.ts';
import { ClassroomDriver } from '#testing/classroom-driver.ts';
import { asTeacher } from '#testing/role-drivers.ts';
import { productPorts } from '../setup/ports.ts';
import { startProduct } from '../setup/product.ts';
import { inFolder, numberOption, withoutDemo } from './product-world.ts';
import { acknowledgements, askClass, deliveries, teacherUpdates, type Asked, type Heard, type QuizPlan } from './quiz/class.ts';
import { openFilesLimit } from './sockets/class.ts';
import { addLargeClass } from './sockets/school.ts';
import { sharedMs } from './statistics.ts';

type Figures = Record<string, unknown>;
export interface Kept { answers: number; answersLost: number; answersDouble: number; answersAfterCut: number; answersWrong: number }
const draft = { kind: 'single', prompt: '灭火器的压力表指针在哪个区域时可以使用？', options: ['红色区域', '黄色区域', '绿色区域', '任何区域'], right: [2] } as const;
const filesBesides = 200;

/** What stands in the rows of what the learners have given: everybody's answer, once, with one event. */
async function kept(orm: Orm, { rounds }: Asked): Promise<Kept> {
  const figures: Kept = { answers: 0, answersLost: 0, answersDouble: 0, answersAfterCut: 0, answersWrong: 0 };
  for (const { quizId, told } of rounds) {
    const [row] = await orm.em.fork().execute<{ rows: number; people: number; late: number; events: number; acknowledged: number }[]>(
      `select count(*)::int as rows, count(distinct person_id)::int as people, (count(*) filter (where after_cut))::int as late,
         (select count(*)::int from event where type = 'quiz:answered' and payload->>'quizId' = ?) as events from answer where quiz_id = ?`, [quizId, quizId]);
    const given = told.filter(({ sends }) => sends > 0).length;
    figures.answers += given;
    figures.answersLost += given - row!.people;
    figures.answersDouble += row!.rows - row!.people + Math.max(0, row!.events - row!.people);
    figures.answersAfterCut += row!.late;
    figures.answersWrong += told.filter(({ acknowledgedMs, code }) => acknowledgedMs === null && code !== null).length;
  }
  return figures;
}

/** Against a product that runs: used by the test too, with a few dozen learners. */
export async function measureOurs(url: string, databaseUrl: string, learners: number, plan: QuizPlan): Promise<{ asked: Asked; kept: Kept; refusals: string[] }> {
  const orm = await openDatabase(databaseUrl);
  const { lessonId, teacherCookie, cookies } = await addLargeClass(orm, learners);
  const teacher = await ClassroomDriver.connect({ url, cookie: teacherCookie, patienceMs: 120_000 });
  const heard: (Heard & { quizId: string })[] = [];
  teacher.watch('quiz:counted', ({ quizId, answeredCount }) => heard.push({ quizId, answeredCount, atMs: sharedMs() }));
  const cut = teacher.gone().then(() => { throw new Error('the teacher was cut off'); });
  cut.catch(() => undefined);
  try {
    await teacher.enter(lessonId);
    await asTeacher(teacher).starts();
    const asked = await askClass({
      port: Number(new URL(url).port), lessonId, cookies,
      open: (seconds) => asTeacher(teacher).opensQuiz({ ...draft, options: [...draft.options], right: [...draft.right], seconds }),
      heard: (quizId) => heard.filter((one) => one.quizId === quizId),
    }, plan, async (quizId) => {
      await Promise.race([teacher.next('quiz:closed', (result) => result.quizId === quizId), cut]);
      // The clock tells the last figures within its next round.
      await pause(2_500);
    });
    const refusals = [...new Set(asked.rounds.flatMap(({ told }) => told.flatMap(({ code, acknowledgedMs }) => (code && acknowledgedMs === null ? [code] : []))))];
    return { asked, kept: await kept(orm, asked), refusals };
  } finally {
    teacher.close();
    await orm.close();
  }
}

export async function measureBare(learners: number, plan: QuizPlan): Promise<Asked> {
  const bare = fork(join(import.meta.dirname, 'bare/sockets.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [{ port }] = await once(bare, 'message') as [{ port: number }];
  const teacher = await ClassroomDriver.connect({ url: `http://127.0.0.1:${port}`, patienceMs: 120_000 });
  try {
    return await askClass({
      port, lessonId: newId(), cookies: Array.from({ length: learners }, () => `bare=${newId()}`), heard: () => [],
      open: async (seconds) => {
        const quizId = newId();
        const { kind, prompt, options } = draft;
        await teacher.send('quiz:open', { quizId, kind, prompt, options, openedAt: new Date().toISOString(), deadlineAt: new Date(Date.now() + seconds * 1000).toISOString(), set: null, answered: null });
        return { quizId };
      },
    }, plan, () => pause(500));
  } finally {
    teacher.close();
    bare.disconnect();
  }
}

const ratio = (ours: number, bare: number): number => Math.round((ours / Math.max(0.01, bare)) * 100) / 100;

export function sideBySide(learners: number, plan: QuizPlan, ours: { asked: Asked; kept: Kept; refusals: string[] }, bare: Asked): Figures {
  const [deliver, ack, update] = [deliveries(ours.asked), acknowledgements(ours.asked), teacherUpdates(ours.asked)];
  const [bareDeliver, bareAck] = [deliveries(bare), acknowledgements(bare)];
  return {
    learners, questions: plan.questions, entered: ours.asked.entered, withinMs: plan.withinMs, cut: ours.asked.rounds.reduce((sum, { told }) => sum + told.filter(({ wasCut }) => wasCut).length, 0),
    ...deliver, ...ours.kept, ...ack, ...update, refusals: ours.refusals, errors: ours.asked.errors,
    ratioToBare: { deliverP99Ms: ratio(deliver.deliverP99Ms, bareDeliver.deliverP99Ms), ackP99Ms: ratio(ack.ackP99Ms, bareAck.ackP99Ms) },
    bare: { entered: bare.entered, ...bareDeliver, ...bareAck, generatorCores: bare.generatorCores },
    generatorCores: ours.asked.generatorCores, generatorBusiest: ours.asked.generatorBusiest, generator: 'raw sockets that speak Socket.IO over WebSocket, processes of their own',
  };
}

export const benchQuiz = (args: string[]): Promise<Figures> => inFolder(async (folder) => {
  const learners = numberOption(args, 'learners', 2_000);
  if (learners + filesBesides > openFilesLimit()) throw new Error(`one process may have ${openFilesLimit()} files open, ${learners} learners need more: raise ulimit -n`);
  const plan: QuizPlan = { questions: numberOption(args, 'questions', 3), withinMs: 10_000, cutShare: 0.1, patienceMs: 90_000 };
  const env = { ...process.env, ...await productPorts(1), DATA_DIR: join(folder, 'data'), ...withoutDemo, LIVE_STREAMS: '0', ADMISSION_PER_SECOND: '10000' };
  const product = await startProduct({ env });
  const ours = await measureOurs(product.url, product.databaseUrl, learners, plan).finally(() => product.stop());
  return sideBySide(learners, plan, ours, await measureBare(learners, plan));
});
