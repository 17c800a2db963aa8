// A viewing that makes up, at each heartbeat: what was watched of what is open, the check that is due, and what is left to play.
import type { MakeUpState } from '#contracts/make-up.ts';
import { beforeGate, gateIn, type Gate } from '#domain/film-question.ts';
import { addWatched, clockOf, countedMs, countedOf, leftOf, spotMomentMs, standOf } from '#domain/presence/sitting.ts';
import { intersectPairs, lengthOf, type Pair } from '#domain/recording/spans.ts';
import { holeMs } from '#domain/recording/watch-credit.ts';
import type { RulePack } from '#domain/rules/rule-pack.ts';
import type { Span } from '#domain/spans.ts';
import { MakeUp } from '#db/entities/make-up.ts';
import { appendEvent, type Actor, type EntityManager } from '#db/orm.ts';
import { askedView } from '#db/queries/checks.ts';
import { unansweredIn } from '#db/queries/film-questions.ts';
import { missLate } from '#db/queries/own-checks.ts';
import { sittingOfViewing, type OpenSitting } from '#db/queries/sittings.ts';
import { seededRandom } from '#runtime/seeded-random.ts';
import type { Deps } from '../deps.ts';
import { askInSitting } from './sitting-checks.ts';

const startOf = ({ filmStartsAt }: MakeUp): number => filmStartsAt.getTime();
const instantsOf = (row: MakeUp, pairs: readonly Pair[]): Span[] => pairs.map(([from, to]) => ({ fromMs: startOf(row) + from, toMs: startOf(row) + to }));

interface Progress { left: Pair[]; countedMs: number; reachMs: number }
function progressOf({ row, checks }: OpenSitting, pack: RulePack): Progress {
  const open = instantsOf(row, row.open);
  const counted = countedOf({ viewingId: row.viewingId, watched: row.watched, checks }, pack.checks, row.closesAt.getTime());
  const left = leftOf(open, counted, holeMs).map(({ fromMs, toMs }): Pair => [fromMs - startOf(row), toMs - startOf(row)]);
  return { left, countedMs: countedMs(open, counted), reachMs: left[0]?.[0] ?? row.open.at(-1)?.[1] ?? 0 };
}

/** Questions of this film that are answered before anything behind them counts. */
const waitingOf = (em: EntityManager, { row: { lessonId, unitId, personId, filmStartsAt: startsAt, open } }: OpenSitting, now: Date): Promise<Gate[]> =>
  unansweredIn(em, { lessonId, unitId, startsAt, durationMs: open.at(-1)?.[1] ?? 0 }, personId, now);

function stateOf(sitting: OpenSitting, { left, countedMs: counted }: Progress, question: Gate | null): MakeUpState {
  const { row, checks, asked } = sitting;
  const last = checks.findLast(({ checkId, status }) => checkId !== asked?.id && status !== 'void');
  return {
    left, leftMs: lengthOf(left), countedMs: counted, stand: standOf(checks), question, check: asked && askedView(asked),
    last: last ? { checkId: last.checkId, kind: last.kind, verdict: last.verdict } : null, closesAt: row.closesAt.toISOString(),
  };
}

/** The clock of the sitting has come to the moment that was drawn for its next spot check. */
function spotIsDue({ viewingId, checkSeed, spotsAsked, watched }: MakeUp, pack: RulePack): boolean {
  const moment = spotMomentMs(pack.makeUp, spotsAsked, seededRandom(checkSeed, `${viewingId} ${spotsAsked}`)());
  return moment !== null && clockOf(watched) >= moment;
}

export interface SittingContext { deps: Pick<Deps, 'config'>; actor: Actor; pack: RulePack; now: Date }

/** As it is now, a check whose time is over settled. The caller holds the viewing. Null where it makes nothing up. */
export async function readSitting(em: EntityManager, viewingId: string, { actor, now }: SittingContext): Promise<OpenSitting | null> {
  const sitting = await sittingOfViewing(em, viewingId);
  return sitting && (await missLate(em, actor, sitting.asked, now)) ? sittingOfViewing(em, viewingId) : sitting;
}

export async function tellSitting(em: EntityManager, viewingId: string, context: SittingContext): Promise<MakeUpState | null> {
  const sitting = await readSitting(em, viewingId, context);
  if (!sitting) return null;
  const progress = progressOf(sitting, context.pack);
  return stateOf(sitting, progress, gateIn(progress.left, await waitingOf(em, sitting, context.now), context.pack.replay.answers));
}

/** Writes how far the viewing may get, and what was watched. */
async function keep(em: EntityManager, { row }: OpenSitting, { reachMs }: Progress): Promise<void> {
  await em.nativeUpdate(MakeUp, { viewingId: row.viewingId }, { watched: row.watched, spotsAsked: row.spotsAsked, reachMs });
}

/** `earned`: what real time paid for. */
export interface HeardOfSitting { viewingId: string; earned: readonly Pair[]; leaving: boolean }

/**
 * One heartbeat, the viewing held. What is open of the earned counts, while the sitting stands at `watching` and the days last; then a spot check is asked where
 * one is due and something is left.
 */
export async function hearSitting(em: EntityManager, { viewingId, earned, leaving }: HeardOfSitting, context: SittingContext): Promise<{ state: MakeUpState; reachMs: number } | null> {
  const { deps, actor, pack, now } = context;
  let sitting = await readSitting(em, viewingId, context);
  if (!sitting) return null;
  const { row } = sitting;
  const watching = standOf(sitting.checks) === 'watching' && now <= row.closesAt;
  const waiting = await waitingOf(em, sitting, now);
  const gate = gateIn(progressOf(sitting, pack).left, waiting, pack.replay.answers);
  if (watching) row.watched = addWatched(row.watched, instantsOf(row, beforeGate(intersectPairs(earned, row.open), gate)), now.getTime());
  const before = progressOf(sitting, pack);
  if (watching && !leaving && before.left.length > 0 && spotIsDue(row, pack)) {
    row.spotsAsked++;
    await askInSitting(em, sitting, { deps, actor, rules: pack.checks, at: now });
    await keep(em, sitting, before);
    sitting = (await sittingOfViewing(em, viewingId))!;
  }
  const progress = progressOf(sitting, pack);
  await keep(em, sitting, progress);
  return { state: stateOf(sitting, progress, gateIn(progress.left, waiting, pack.replay.answers)), reachMs: progress.reachMs };
}

/** The viewing is over: what was watched in it, and the seed of its checks. Nothing for one that makes nothing up. */
export async function endSitting(em: EntityManager, actor: Actor, viewingId: string, now: Date): Promise<void> {
  const row = await em.findOne(MakeUp, { viewingId, endedAt: null }, { disableIdentityMap: true });
  if (!row) return;
  const { lessonId, personId, replayId, unitId, watched, checkSeed: seed } = row;
  await em.nativeUpdate(MakeUp, { viewingId }, { endedAt: now });
  await appendEvent(em, actor, `lesson:${lessonId}`, 'makeUp:ended', now, { viewingId, personId, replayId, unitId, seed, watched, watchedMs: clockOf(watched) });
}
