// bench sockets: a whole city enters one lesson. Distinct logged-in learners with all their rows, asked for their sign-ins spread over a minute as every class is (nobody answers:
// what a picture costs is bench faces), then words of the teacher to everybody, beside bare Socket.IO.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { openDatabase } from '#db/orm.ts';
import { newId } from '#domain/id.ts';
import { ClassroomDriver } from '#testing/classroom-driver.ts';
import { asTeacher } from '#testing/role-drivers.ts';
import { productPorts } from '../setup/ports.ts';
import { startProduct, type Product } from '../setup/product.ts';
import { inFolder, numberOption, withoutDemo } from './product-world.ts';
import { measureClass, openFilesLimit, type ClassFigures, type ClassPlan } from './sockets/class.ts';
import { addLargeClass } from './sockets/school.ts';

type Figures = Record<string, unknown>;
/** Of 12 words one opens a quiz: the heaviest thing everybody is told. */
const quizWord = 6;
const filesBesides = 200;

/** Says words in turn as chat lines, and one as a quiz. A person may write one line a second. */
function speaker(teacher: ClassroomDriver): (word: string) => Promise<unknown> {
  let said = 0;
  return (word) => (++said === quizWord ? asTeacher(teacher).opensQuiz({ prompt: word, seconds: 60 }) : teacher.ask('chat:send', { messageId: newId(), text: word }));
}

/** Against a product that runs: used by the test too, with a few dozen learners. */
export async function measureOurs(url: string, databaseUrl: string, signalingPid: number, learners: number, plan: ClassPlan): Promise<ClassFigures> {
  const orm = await openDatabase(databaseUrl);
  const { lessonId, teacherCookie, cookies } = await addLargeClass(orm, learners).finally(() => orm.close());
  const teacher = await ClassroomDriver.connect({ url, cookie: teacherCookie, patienceMs: 60_000 });
  try {
    await teacher.enter(lessonId);
    await asTeacher(teacher).starts();
    return await measureClass({ port: Number(new URL(url).port), lessonId, cookies, pid: signalingPid, say: speaker(teacher) }, plan);
  } finally {
    teacher.close();
  }
}

export async function measureBare(learners: number, plan: ClassPlan): Promise<ClassFigures> {
  const bare = fork(join(import.meta.dirname, 'bare/sockets.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [{ port }] = await once(bare, 'message') as [{ port: number }];
  const teacher = await ClassroomDriver.connect({ url: `http://127.0.0.1:${port}`, patienceMs: 60_000 });
  try {
    const cookies = Array.from({ length: learners }, () => `bare=${newId()}`);
    return await measureClass({ port, lessonId: newId(), cookies, pid: bare.pid!, say: (word) => teacher.send('chat:send', { messageId: newId(), text: word }) }, plan);
  } finally {
    teacher.close();
    bare.disconnect();
  }
}

const ratio = (ours: number, bare: number): number => Math.round((ours / bare) * 100) / 100;

export function sideBySide(learners: number, ours: ClassFigures, bare: ClassFigures): Figures {
  const { joinPerSecond, rssKbPerLearner, broadcastP99Ms, ...rest } = ours;
  return {
    learners, joinPerSecond, rssKbPerLearner, broadcastP99Ms,
    ratioToBare: {
      joinPerSecond: ratio(joinPerSecond, bare.joinPerSecond), rssKbPerLearner: ratio(rssKbPerLearner, bare.rssKbPerLearner),
      broadcastP99Ms: ratio(broadcastP99Ms, bare.broadcastP99Ms), serverMsPerJoin: ratio(ours.cpu.serverMsPerJoin, bare.cpu.serverMsPerJoin),
    },
    ...rest, bare, generator: 'raw sockets, own WebSocket framing, processes of their own',
  };
}

/** The rate of admission is opened, so that what is measured is the machine; `--admission` sets it as an operator would. */
export const benchSockets = (args: string[]): Promise<Figures> => inFolder(async (folder) => {
  const learners = numberOption(args, 'learners', 10_000);
  if (learners + filesBesides > openFilesLimit()) throw new Error(`one process may have ${openFilesLimit()} files open, ${learners} learners need more: raise ulimit -n`);
  const admission = numberOption(args, 'admission', 10_000);
  const plan: ClassPlan = { words: numberOption(args, 'words', 12), everyMs: 1_500, settleMs: numberOption(args, 'settle-seconds', 15) * 1000 };
  const env = { ...process.env, ...await productPorts(1), DATA_DIR: join(folder, 'data'), ...withoutDemo, LIVE_STREAMS: '0', ADMISSION_PER_SECOND: `${admission}` };
  const product: Product = await startProduct({ env });
  const ours = await measureOurs(product.url, product.databaseUrl, product.roles.signaling.pid!, learners, plan).finally(() => product.stop());
  return { admissionPerSecond: admission, ...sideBySide(learners, ours, await measureBare(learners, plan)) };
});
