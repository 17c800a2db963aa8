// Compares a day with what a platform says it has: counts and a hash per kind first, fact by fact only where they differ.
import { createHash } from 'node:crypto';
import { DaySums, HeldFacts, type ReconciliationQuestion } from '#contracts/connector.ts';
import { platform, unitOfWork } from '#db/orm.ts';
import { askedDays, ownDay, settleDay, type AskedDay, type DayOutcome, type OwnDay } from '#db/queries/connector-days.ts';
import { daySheet, differencesOf, type Difference, type HeldFact, type KindSums } from '#domain/connector/reconciliation.ts';
import { newId } from '#domain/id.ts';
import { checker } from '#runtime/answer.ts';
import { OutwardError, outwardPost } from '#runtime/outward-post.ts';
import { addressOf, type Sending } from './deliver.ts';
import { timeoutOf } from './deps.ts';

const daySums = checker(DaySums);
const heldFacts = checker(HeldFacts);
const mostBytes = 4_000_000;
/** Of one kind of a day: what no platform has, however it counts its pages. */
const mostPages = 10_000;
const hashOf = (facts: readonly HeldFact[]): string => createHash('sha256').update(daySheet(facts)).digest('hex');

/** The platform's answer; throws OutwardError where there is none, or none of this form. */
async function ask<T>({ deps, connector, mapping, secret, signal }: Sending, question: Omit<ReconciliationQuestion, 'connector'>, check: (body: unknown) => T): Promise<T> {
  const body: ReconciliationQuestion = { connector: connector.id, ...question };
  const answer = await outwardPost({ url: addressOf(connector.address, mapping.reconciliation ?? ''), secret, id: newId(), body: JSON.stringify(body), timeoutMs: timeoutOf(deps), allowInward: deps.allowInward, signal, mostBytes });
  if (answer.status !== 200) throw new OutwardError(`http_${answer.status}`);
  try {
    return check(answer.body);
  } catch (error) {
    throw new OutwardError('answer_form', error);
  }
}

async function theirFacts(sending: Sending, day: string, kind: string): Promise<HeldFact[]> {
  const found: HeldFact[] = [];
  let after: string | null = null;
  for (let page = 0; page < mostPages; page++) {
    const answer: HeldFacts = await ask(sending, { day, kind, ...(after !== null && { after }) }, heldFacts);
    found.push(...answer.facts);
    if (answer.next === null) return found;
    if (after !== null && answer.next <= after) break;
    after = answer.next;
  }
  throw new OutwardError('answer_form');
}

async function compare(sending: Sending, { day }: AskedDay): Promise<DayOutcome> {
  const own = await ownDay(sending.deps.orm.em.fork(), sending.connector.id, day);
  const theirs = new Map((await ask(sending, { day }, daySums)).kinds.map((sums) => [sums.kind, sums]));
  const none: OwnDay = { facts: [], underway: new Set() };
  const kinds: KindSums[] = [];
  const differences: Difference[] = [];
  for (const kind of [...new Set([...own.keys(), ...theirs.keys()])].toSorted()) {
    const { facts, underway } = own.get(kind) ?? none;
    const [sums, hash] = [theirs.get(kind), hashOf(facts)];
    kinds.push({ kind, count: facts.length, hash, theirCount: sums?.count ?? null, theirHash: sums?.hash ?? null });
    if ((sums?.count ?? 0) === facts.length && (sums === undefined || sums.hash === hash)) continue;
    differences.push(...differencesOf(kind, facts, await theirFacts(sending, day, kind), underway));
  }
  return { outcome: differences.length > 0 ? 'differs' : 'same', kinds, differences };
}

/** All comparisons that are asked for, one after the other. A failed one says why and stays as it is. */
export async function reconcileAsked(sending: Sending, hold: () => Promise<unknown>): Promise<void> {
  const { deps: { orm, log, now }, connector } = sending;
  const of = { connectorId: connector.id, institutionId: connector.institution_id };
  for (const asked of await askedDays(orm.em.fork(), connector.id)) {
    if (sending.signal.aborted || !await hold()) return;
    const result = await compare(sending, asked).catch((error: unknown): DayOutcome => {
      if (error instanceof OutwardError) return { outcome: 'failed', code: error.code };
      throw error;
    });
    if (sending.signal.aborted) return;
    await unitOfWork(orm, platform, (em) => settleDay(em, of, asked, result, now()));
    const told = { connectorId: connector.id, day: asked.day, outcome: result.outcome };
    if (result.outcome === 'same') log.info(told, 'a day is the same on both sides');
    else log.warn(result.outcome === 'failed' ? { ...told, code: result.code } : { ...told, differences: result.differences.length }, 'a day could not be compared, or differs');
  }
}
