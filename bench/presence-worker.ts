// A thread of `bench presence`: makes learners, reckons them, and compares some by other ways.
import { parentPort, workerData } from 'node:worker_threads';
import { ledgerOf, type Ledger } from '#domain/presence/ledger.ts';
import { defaultPack } from '#domain/rules/packs.ts';
import { creditBySeconds, madeLesson, madeRandom, type MadeLesson } from './presence-made.ts';

export interface PresenceTask { from: number; to: number; lessons: number; comparedEvery: number }
export interface PresenceCounts { learners: number; ledgers: number; facts: number; reckonedMs: number; reckonedCpuMs: number; mismatches: number; compared: number; largestDifferenceMs: number; leaseEnds: number; leaseWrong: number; creditedMs: number }

const nowMs = Date.parse('2027-01-01T00:00:00Z');
const reckon = ({ facts, units }: MadeLesson): Ledger => ledgerOf(facts, units, defaultPack, nowMs);

function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const mixed = [...list];
  for (let at = mixed.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [mixed[at], mixed[other]] = [mixed[other]!, mixed[at]!];
  }
  return mixed;
}

/** Facts twice and in another order; then without any written end. */
function compare(lesson: MadeLesson, ledger: Ledger, random: () => number, counts: PresenceCounts): void {
  const { seats, observed, checks } = lesson.facts;
  const mixed = { seats: shuffled([...seats, ...seats], random), observed: shuffled([...observed, ...observed], random), checks: shuffled([...checks, ...checks], random) };
  const differs = JSON.stringify(reckon({ ...lesson, facts: mixed })) !== JSON.stringify(ledger);
  const differenceMs = Math.abs(creditBySeconds(lesson, defaultPack) - ledger.creditedMs);
  counts.compared++;
  if (differs || differenceMs > 0) counts.mismatches++;
  counts.largestDifferenceMs = Math.max(counts.largestDifferenceMs, differenceMs);
  for (const seat of seats) {
    const endMs = Math.max(seat.connectedMs, seat.lastSeenMs) + defaultPack.presence.leaseMs;
    const { spans } = reckon({ ...lesson, facts: { seats: [{ ...seat, leftMs: null, leftReason: null }], observed: [], checks: [] } });
    const after = spans.find(({ fromMs }) => fromMs >= endMs);
    if (!after) continue;
    counts.leaseEnds++;
    if (after.reason !== 'lease_expired' || spans.some(({ reason, toMs }) => reason === 'present' && toMs > endMs)) counts.leaseWrong++;
  }
}

const { from, to, lessons, comparedEvery } = workerData as PresenceTask;
const counts: PresenceCounts = { learners: to - from, ledgers: 0, facts: 0, reckonedMs: 0, reckonedCpuMs: 0, mismatches: 0, compared: 0, largestDifferenceMs: 0, leaseEnds: 0, leaseWrong: 0, creditedMs: 0 };
const startMs = Date.parse('2026-03-02T01:00:00Z');
/** Made in pieces, so that making is not measured and memory stays small: what is asked for is figures, not all ledgers at once. */
const atOnce = 50;
for (let first = from; first < to; first += atOnce) {
  const made = Array.from({ length: Math.min(atOnce, to - first) }, (_, index) => {
    const random = madeRandom(first + index);
    return Array.from({ length: lessons }, (_one, lesson) => madeLesson(random, startMs + lesson * 86_400_000));
  });
  const beganMs = performance.now();
  const cpu = process.threadCpuUsage();
  const ledgers = made.map((all) => all.map(reckon));
  const { user, system } = process.threadCpuUsage(cpu);
  counts.reckonedMs += performance.now() - beganMs;
  counts.reckonedCpuMs += (user + system) / 1000;
  made.forEach((all, index) => all.forEach((lesson, at) => {
    const ledger = ledgers[index]![at]!;
    counts.ledgers++;
    counts.facts += lesson.facts.seats.length + lesson.facts.observed.length + lesson.facts.checks.length;
    counts.creditedMs += ledger.creditedMs;
    if ((first + index) % comparedEvery === 0) compare(lesson, ledger, madeRandom(-(first + index) * lessons - at - 2), counts);
  }));
}
parentPort!.postMessage(counts);
