// A process of simulated learners with their sockets and receivers; who started it says over the process channel who enters what, and asks for figures.
import { setTimeout as pause } from 'node:timers/promises';
import { feedbackEveryMs } from '../receiver/receiver.ts';
import { Learner } from './learner.ts';
import type { LearnersReply, LearnersRequest, LearnersWork } from './learners.ts';

const learners: Learner[] = [];
const turns = 5;
let turn = 0;
setInterval(() => {
  const nowMs = performance.now();
  for (let index = turn; index < learners.length; index += turns) {
    learners[index]!.media?.feedback(nowMs);
    learners[index]!.tick(nowMs);
  }
  turn = (turn + 1) % turns;
}, feedbackEveryMs / turns);

const handlers: { [K in keyof LearnersWork]: (data: LearnersWork[K]['data']) => Promise<LearnersWork[K]['reply']> } = {
  async enter({ url, lessonId, people, withinMs }) {
    for (const [index, wish] of people.entries()) {
      if (withinMs > 0 && index > 0 && index % 10 === 0) await pause((withinMs * 10) / people.length);
      learners.push(new Learner(wish, url, lessonId));
    }
    return {};
  },
  async mark({ words, rebuilt }) {
    const lost = new Set(rebuilt);
    for (const learner of learners) learner.mark(words, lost.has(learner.personId));
    return {};
  },
  async figures() {
    const { user, system } = process.cpuUsage();
    return { cpuMs: (user + system) / 1000, rssBytes: process.memoryUsage.rss(), learners: learners.map(({ figures }) => figures) };
  },
  async leave() {
    for (const learner of learners.splice(0)) learner.close();
    return {};
  },
};

async function answer<K extends keyof LearnersWork>({ id, name, data }: LearnersRequest<K>): Promise<void> {
  let reply: LearnersReply;
  try {
    reply = { id, ok: true, data: await handlers[name](data) };
  } catch (error) {
    reply = { id, ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
  process.send?.(reply);
}
process.on('message', (message) => { void answer(message as LearnersRequest<keyof LearnersWork>); });
process.once('disconnect', () => process.exit(0));
process.send?.({ ready: true });
