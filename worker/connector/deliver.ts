// Sends what waits, in order: at least once, under ids that never change. What is answered is put down before the next message leaves.
import type { Delivery, SentFact } from '#contracts/connector.ts';
import { canonicalHash } from '#db/canonical-hash.ts';
import { platform, unitOfWork, type EntityManager } from '#db/orm.ts';
import { nextFacts, type WaitingFact } from '#db/queries/outbox-facts.ts';
import { numberFacts, settleLater, settleRefused, settleSent, settleUnfit, type HeldConnector } from '#db/queries/outbox.ts';
import { factsAtOnce, judgeAnswer, pauseMs, type Refused, type Verdict } from '#domain/connector/delivery.ts';
import { isWebhook, mapFact, type ConnectorMapping } from '#domain/connector/mapping.ts';
import { newId } from '#domain/id.ts';
import { OutwardError, outwardPost } from '#runtime/outward-post.ts';
import { timeoutOf, type ConnectorDeps } from './deps.ts';

export interface Sending { deps: ConnectorDeps; connector: HeldConnector; mapping: ConnectorMapping; secret: string; signal: AbortSignal }
/** `more`: there may be something left to send at once. `less`: the next message has to be smaller. */
type Step = 'more' | 'less' | 'done';

interface Batch { path: string; facts: SentFact[]; hashes: string[]; refusals: number }
interface Prepared { batch: Batch | null; unfit: Refused[] }

/** The longest beginning that goes to one path. What does not fit the mapping is put aside and holds nobody up; what waits for its next try holds up all after it. */
function prepare(waiting: readonly WaitingFact[], mapping: ConnectorMapping): Prepared {
  const unfit: Refused[] = [];
  let batch: Batch | null = null;
  for (const { id, sequence, refusals, due, source } of waiting) {
    if (!due) break;
    const mapped = source ? mapFact(mapping, source) : { ok: false as const, code: 'fact_gone', field: '' };
    if (!mapped.ok) {
      unfit.push({ id, code: `own ${mapped.code} ${mapped.field}`.trim() });
      continue;
    }
    batch ??= { path: mapped.path, facts: [], hashes: [], refusals: 0 };
    if (batch.path !== mapped.path) break;
    batch.facts.push({ id, sequence, kind: source!.kind, at: source!.at, day: source!.day, data: mapped.data });
    batch.hashes.push(canonicalHash(mapped.data));
    batch.refusals = Math.max(batch.refusals, refusals);
  }
  return { batch, unfit };
}

/** Where a connector's paths begin: its address may itself have one. */
export const addressOf = (address: string, path: string): string => `${address.replace(/\/+$/, '')}${path}`;

/** A webhook is told one fact, under the fact's own id; whatever it answers with 2xx, it has it. */
const messageOf = ({ connector, mapping }: Sending, { path, facts }: Batch): { url: string; id: string; body: string; webhook: boolean } => {
  const [fact] = facts;
  if (isWebhook(mapping) && fact) return { url: connector.address, id: fact.id, body: JSON.stringify({ type: fact.kind, timestamp: fact.at, data: { id: fact.id, sequence: fact.sequence, ...fact.data } }), webhook: true };
  return { url: addressOf(connector.address, path), id: newId(), body: JSON.stringify({ connector: connector.id, path, facts } satisfies Delivery), webhook: false };
};

async function send(sending: Sending, batch: Batch): Promise<Verdict> {
  const { deps, secret, signal } = sending;
  const { facts } = batch;
  try {
    const { status, body } = await outwardPost({ ...messageOf(sending, batch), secret, timeoutMs: timeoutOf(deps), allowInward: deps.allowInward, signal });
    return judgeAnswer(status, body, new Set(facts.map(({ id }) => id)));
  } catch (error) {
    if (error instanceof OutwardError) return { way: 'later', code: error.code };
    throw error;
  }
}

async function settle(em: EntityManager, { deps, connector: { id, failures } }: Sending, { facts, hashes, refusals }: Batch, verdict: Verdict): Promise<Step> {
  const pause = (times: number): number => Math.round(pauseMs(times, (deps.random ?? Math.random)()) * (deps.pauseShare ?? 1));
  if (verdict.way === 'split') return 'less';
  if (verdict.way === 'later') {
    await settleLater(em, id, verdict.code, pause(failures + 1), facts.map((fact) => fact.id));
    return 'done';
  }
  const refused = new Set(verdict.refused.map((one) => one.id));
  if (verdict.way === 'taken') {
    const theirs = facts.map((fact, index) => ({ factId: fact.id, hash: hashes[index]! })).filter(({ factId }) => !refused.has(factId));
    if (theirs.length > 0) await settleSent(em, id, { factIds: theirs.map(({ factId }) => factId), hashes: theirs.map(({ hash }) => hash), receipt: verdict.receipt });
  }
  if (refused.size > 0) await settleRefused(em, id, verdict.refused, pause(refusals + 1));
  return 'more';
}

/** One message at most. `most`: facts in it. */
async function deliverOnce(sending: Sending, most: number): Promise<{ step: Step; tried: number }> {
  const { deps: { orm, log }, connector: { id } } = sending;
  await unitOfWork(orm, platform, (em) => numberFacts(em, id));
  const { batch, unfit } = prepare(await nextFacts(orm.em.fork(), id, most), sending.mapping);
  if (unfit.length > 0) {
    await unitOfWork(orm, platform, (em) => settleUnfit(em, id, unfit));
    log.warn({ connectorId: id, facts: unfit.length, code: unfit[0]!.code }, 'facts that do not fit the mapping are put aside');
  }
  if (!batch) return { step: unfit.length > 0 ? 'more' : 'done', tried: 0 };
  const verdict = await send(sending, batch);
  // Told to stop: as if the process had been killed here. The same facts go out again.
  if (verdict.way === 'later' && sending.signal.aborted) return { step: 'done', tried: 0 };
  const step = await unitOfWork(orm, platform, (em) => settle(em, sending, batch, verdict));
  if (verdict.way === 'later') log.warn({ connectorId: id, code: verdict.code, failures: sending.connector.failures + 1 }, 'a platform did not take its facts: tried again later');
  else if (verdict.way !== 'split') log.debug({ connectorId: id, facts: batch.facts.length, refused: verdict.refused.length }, 'facts delivered');
  return { step, tried: batch.facts.length };
}

/**
 * Sends until nothing is due, somebody has to wait, or `hold` says that the connector is not ours any more. A message that is refused as a whole is halved until the fact is found that is to blame.
 */
export async function deliverAll(sending: Sending, hold: () => Promise<HeldConnector | null>): Promise<void> {
  const usual = isWebhook(sending.mapping) ? 1 : factsAtOnce;
  let most = usual;
  for (let connector: HeldConnector | null = sending.connector; connector; connector = await hold()) {
    const { step, tried } = await deliverOnce({ ...sending, connector }, most);
    if (step === 'done' || sending.signal.aborted) return;
    most = step === 'less' ? Math.max(1, Math.floor(tried / 2)) : Math.min(usual, most * 2);
  }
}
