// A process of its own that is many learners: they enter, hear questions, answer them, and some are cut meanwhile.
import { Learner, type Plan, type Told } from './learner.ts';

export interface Enter { port: number; from: string; cookies: string[]; lessonId: string }
/** `cutShare`: 0..1, how many are cut and come back meanwhile. */
export interface Arm { cutShare: number; options: number }
export type Order = { enter: Enter } | { arm: Arm } | { finish: { patienceMs: number } };
export interface EnteredMany { entered: number; errors: string[] }
export interface Finished { told: Told[]; closed: number; cpuSeconds: number }

/** Lines being opened at once: a server's queue of those it has not accepted yet is short. */
const opening = 128;
/** A cut lasts so long. */
const cutMs = { least: 1_000, most: 5_000 };
let learners: Learner[] = [];
let answering: Promise<unknown> = Promise.resolve();
let usedBefore = process.cpuUsage();

const between = (least: number, most: number): number => least + Math.random() * (most - least);

function planOf({ cutShare, options }: Arm): Plan {
  const atShare = Math.random();
  const choice = Math.floor(Math.random() * options);
  if (Math.random() >= cutShare) return { atShare, choice, cut: null };
  // Half have sent the answer when the line goes, and never hear that it was taken; the others choose while they are away.
  const sentBefore = Math.random() < 0.5;
  const fromShare = sentBefore ? atShare : between(0, atShare);
  return { atShare, choice, cut: { fromShare, forMs: between(cutMs.least, cutMs.most), sentBefore } };
}

async function enter({ port, from, cookies, lessonId }: Enter): Promise<EnteredMany> {
  learners = cookies.map((cookie) => new Learner({ port, from, cookie }, lessonId));
  const errors: string[] = [];
  let [next, entered] = [0, 0];
  const some = async (): Promise<void> => {
    while (next < learners.length) {
      const error = await learners[next++]!.enter().catch((thrown: unknown) => String(thrown));
      if (error === null) entered++;
      else errors.push(error);
    }
  };
  await Promise.all(Array.from({ length: opening }, some));
  return { entered, errors: [...new Set(errors)].slice(0, 5) };
}

function arm(order: Arm): { armed: number } {
  answering = Promise.all(learners.map((learner) => learner.plan(planOf(order))));
  usedBefore = process.cpuUsage();
  return { armed: learners.length };
}

async function finish(patienceMs: number): Promise<Finished> {
  await Promise.race([answering, new Promise((done) => { setTimeout(done, patienceMs); })]);
  const { user, system } = process.cpuUsage(usedBefore);
  return { told: learners.map((learner) => learner.told), closed: learners.reduce((sum, { closed }) => sum + closed, 0), cpuSeconds: (user + system) / 1e6 };
}

process.on('message', (order: Order) => {
  void (async () => process.send?.('enter' in order ? await enter(order.enter) : 'arm' in order ? arm(order.arm) : await finish(order.finish.patienceMs)))();
});
process.on('disconnect', () => process.exit(0));
