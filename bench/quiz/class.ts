// A class that is asked, as processes, the same against the product and the bare library: what reaches whom when, and what becomes of each answer.
import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { percentile, sharedMs } from '../statistics.ts';
import { order } from '../sockets/class.ts';
import type { EnteredMany, Finished, Order } from './generator.ts';
import type { Told } from './learner.ts';

export interface QuizPlan { questions: number; withinMs: number; cutShare: number; patienceMs: number }
/** What the teacher was told of a question while it was answered. */
export interface Heard { answeredCount: number; atMs: number }
export interface Question { quizId: string; openedMs: number; heard: Heard[] }
export interface Place {
  port: number; lessonId: string; cookies: readonly string[];
  /** Opens a question of so many seconds with four options: sends it to the server at once, and answers when the server has. */
  open(seconds: number): Promise<{ quizId: string }>;
  heard(quizId: string): Heard[];
}
export interface Round { quizId: string; clickedMs: number; told: Told[]; heard: Heard[] }
export interface Asked { entered: number; errors: string[]; rounds: Round[]; closed: number; generatorCores: number; generatorBusiest: number }

const mostPerProcess = 2_500;
const rounded = (value: number): number => Math.round(value * 100) / 100;

async function askOnce(children: readonly ChildProcess[], place: Place, plan: QuizPlan): Promise<{ round: Round; finished: Finished[]; seconds: number }> {
  const all = <T>(what: Order): Promise<T[]> => Promise.all(children.map((child) => order<T>(child, what)));
  await all({ arm: { cutShare: plan.cutShare, options: 4 } });
  const clickedMs = sharedMs();
  const { quizId } = await place.open(Math.ceil(plan.withinMs / 1000));
  const finished = await all<Finished>({ finish: { patienceMs: plan.patienceMs } });
  return { round: { quizId, clickedMs, told: finished.flatMap(({ told }) => told), heard: place.heard(quizId) }, finished, seconds: (sharedMs() - clickedMs) / 1000 };
}

/** `between`: what has to be over before the next question may be asked. */
export async function askClass(place: Place, plan: QuizPlan, between: (quizId: string) => Promise<unknown>): Promise<Asked> {
  const processes = Math.max(1, Math.ceil(place.cookies.length / mostPerProcess));
  const size = Math.ceil(place.cookies.length / processes);
  const children = Array.from({ length: processes }, () => fork(join(import.meta.dirname, 'generator.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }));
  try {
    const joined = await Promise.all(children.map((child, index) => order<EnteredMany>(child, {
      // One source address has its own range of ports.
      enter: { port: place.port, from: `127.0.0.${index + 2}`, lessonId: place.lessonId, cookies: place.cookies.slice(index * size, (index + 1) * size) },
    })));
    const asked: Asked = { entered: joined.reduce((sum, one) => sum + one.entered, 0), errors: joined.flatMap(({ errors }) => errors).slice(0, 5), rounds: [], closed: 0, generatorCores: 0, generatorBusiest: 0 };
    for (let number = 0; number < plan.questions; number++) {
      const { round, finished, seconds } = await askOnce(children, place, plan);
      await between(round.quizId);
      asked.rounds.push({ ...round, heard: place.heard(round.quizId) });
      asked.closed = finished.reduce((sum, one) => sum + one.closed, 0);
      asked.generatorCores = Math.max(asked.generatorCores, rounded(finished.reduce((sum, one) => sum + one.cpuSeconds, 0) / seconds));
      asked.generatorBusiest = Math.max(asked.generatorBusiest, rounded(Math.max(...finished.map(({ cpuSeconds }) => cpuSeconds)) / seconds));
    }
    return asked;
  } finally {
    for (const child of children) if (child.connected) child.disconnect();
  }
}

const p99 = (values: readonly number[]): number => rounded(percentile([...values], 0.99));

/** From the teacher's click until it reached them; who was cut by their own plan before is asked by the picture of the lesson, and counts too. */
export const deliveries = ({ rounds }: Asked): { deliverP99Ms: number; deliverLastMs: number; undelivered: number } => {
  const late = rounds.flatMap(({ clickedMs, told }) => told.flatMap(({ heardMs }) => (heardMs === null ? [] : [heardMs - clickedMs])));
  return { deliverP99Ms: p99(late), deliverLastMs: rounded(Math.max(0, ...late)), undelivered: rounds.reduce((sum, { told }) => sum + told.filter(({ heardMs }) => heardMs === null).length, 0) };
};
export const acknowledgements = ({ rounds }: Asked): { ackP99Ms: number; ackP50Ms: number } => {
  const all = rounds.flatMap(({ told }) => told.flatMap(({ ackMs }) => ackMs));
  return { ackP99Ms: p99(all), ackP50Ms: rounded(percentile(all, 0.5)) };
};

/** From the acknowledgement of each answer to the first figure the teacher saw that has room for it. */
export function teacherUpdates({ rounds }: Asked): { teacherUpdateP99Ms: number; updatesPerSecondMost: number; unseen: number } {
  const waits: number[] = [];
  let [unseen, most] = [0, 0];
  for (const { told, heard } of rounds) {
    const acknowledged = told.flatMap(({ acknowledgedMs }) => (acknowledgedMs === null ? [] : [acknowledgedMs])).sort((a, b) => a - b);
    acknowledged.forEach((ackMs, index) => {
      const seen = heard.find(({ answeredCount }) => answeredCount > index);
      if (seen) waits.push(Math.max(0, seen.atMs - ackMs));
      else unseen++;
    });
    for (const { atMs } of heard) most = Math.max(most, heard.filter((other) => other.atMs >= atMs && other.atMs < atMs + 1_000).length);
  }
  return { teacherUpdateP99Ms: p99(waits), updatesPerSecondMost: most, unseen };
}
