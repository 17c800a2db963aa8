// A process of its own that is many learners: they connect and enter, and note when each word of the teacher reached them.
import { newId } from '#domain/id.ts';
import { LearnerLine } from './line.ts';

export interface Join { port: number; from: string; cookies: string[]; lessonId: string }
/** `join` answers when all are in; `heard` what has arrived since it was asked last. */
export type Order = { join: Join } | { heard: true };
export interface Joined { entered: number; firstMs: number; lastMs: number; waitedMs: number[]; queued: number; errors: string[]; cpuSeconds: number }
/** By word: when it reached each learner, wall clock. Events of any kind are counted by name. */
export interface Heard { arrivals: Record<string, number[]>; events: Record<string, number>; closed: number; cpuSeconds: number }
export type Result = Joined | Heard;

/** Lines being opened at once: a server's queue of those it has not accepted yet is short. */
const opening = 128;
const wallMs = (): number => performance.timeOrigin + performance.now();
const word = /word:[\w-]+/;

let arrivals: Record<string, number[]> = {};
let events: Record<string, number> = {};
let closed = 0;
const lines: LearnerLine[] = [];
let usedBefore = process.cpuUsage();

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage(usedBefore);
  usedBefore = process.cpuUsage();
  return (user + system) / 1e6;
}

function hear(text: string): void {
  const name = text.slice(2, text.indexOf('"', 2));
  events[name] = (events[name] ?? 0) + 1;
  if (name !== 'chat:sent' && name !== 'quiz:opened') return;
  const said = word.exec(text)?.[0];
  if (said) (arrivals[said] ??= []).push(wallMs());
}

async function join({ port, from, cookies, lessonId }: Join): Promise<Joined> {
  const joined: Joined = { entered: 0, firstMs: wallMs(), lastMs: 0, waitedMs: [], queued: 0, errors: [], cpuSeconds: 0 };
  const entering: Promise<void>[] = [];
  const enter = async (line: LearnerLine, askedMs: number): Promise<void> => {
    const reply = await line.ask('lesson:enter', { lessonId, deviceId: `bench-${newId()}` });
    if (!reply.startsWith('[{"ok":true')) return void joined.errors.push(reply.slice(0, 200));
    joined.entered++;
    joined.lastMs = wallMs();
    joined.waitedMs.push(joined.lastMs - askedMs);
    // As the page does: at once after entering.
    await line.ask('presence:report', { visible: true, active: true, playing: false, rttMs: 5 });
  };
  let next = 0;
  const open = async (): Promise<void> => {
    while (next < cookies.length) {
      const cookie = cookies[next++]!;
      const askedMs = wallMs();
      try {
        const line = await LearnerLine.open({ port, from, cookie }, { event: hear, closed: () => { closed++; } });
        lines.push(line);
        entering.push(enter(line, askedMs));
      } catch (error) {
        joined.errors.push((error as Error).message);
      }
    }
  };
  await Promise.all(Array.from({ length: opening }, open));
  await Promise.all(entering);
  joined.queued = events['lesson:queued'] ?? 0;
  return { ...joined, cpuSeconds: cpuSeconds() };
}

function heard(): Heard {
  const answer = { arrivals, events, closed, cpuSeconds: cpuSeconds() };
  arrivals = {};
  events = {};
  return answer;
}

process.on('message', (order: Order) => {
  void (async () => process.send?.('join' in order ? await join(order.join) : heard()))();
});
process.on('disconnect', () => process.exit(0));
