// The class as its teacher sees it (R25): who counts, who does not and why, who is below the threshold right now. Read once for all of the staff who look.
import type { WallRow } from '#contracts/presence.ts';
import { largeFrom } from '#domain/audience.ts';
import { DomainError } from '#domain/errors.ts';
import { creditAt, type CreditNow } from '#domain/presence/credit-now.ts';
import { byAttention, isBelow, wallFigures, type WallCheck, type WallLearner } from '#domain/presence/wall.ts';
import { packName } from '#domain/rules/rule-pack.ts';
import type { EntityManager } from '#db/orm.ts';
import { creditsOf } from '#db/queries/credits.ts';
import { taughtOf, type Taught } from '#db/queries/taught.ts';
import { changedSince, lastChecks, wallPeople, type WallPerson } from '#db/queries/wall.ts';
import type { ClassView, Live } from '../classroom/context.ts';
import { SharedRead } from '../classroom/shared-read.ts';

/** Of a large class so many are named, and it is asked about less often. */
const namedOfLarge = 50;
const againMs = { small: 4_000, large: 10_000 } as const;
const reckonedAtOnce = 500;
const namesForMs = 60_000;
/** A class nobody looked at for so long is read anew. */
const forgottenAfterMs = 120_000;

/**
 * What is known of one class. The first look reckons everybody; later ones only those of whom a fact is new or who were foreseen to turn: nobody else's credit
 * can have changed otherwise than by time passing. A new unit or an interruption reckons everybody anew, five hundred by four reads.
 */
interface Book { credits: Map<string, CreditNow>; mark: string; readToMs: number; people: WallPerson[]; namesAtMs: number; usedAtMs: number }

/** Of one name by id. */
const collator = new Intl.Collator('zh');
const byName = (one: WallPerson, other: WallPerson): number => collator.compare(one.name, other.name) || (one.personId < other.personId ? -1 : 1);

const newBook = (): Book => ({ credits: new Map(), mark: '', readToMs: 0, people: [], namesAtMs: -Infinity, usedAtMs: 0 });

async function reckon(em: EntityManager, book: Book, taught: Taught, nowMs: number): Promise<void> {
  if (nowMs - book.namesAtMs >= namesForMs) Object.assign(book, { people: (await wallPeople(em, taught.lessonId)).sort(byName), namesAtMs: nowMs });
  if (book.mark !== taught.mark) book.credits.clear();
  const changed = book.credits.size === 0 ? new Set<string>() : await changedSince(em, taught.lessonId, book.readToMs);
  const stale = book.people.map(({ personId }) => personId).filter((personId) => {
    const known = book.credits.get(personId);
    return !known || changed.has(personId) || (known.next !== null && known.next.atMs <= nowMs);
  });
  for (let from = 0; from < stale.length; from += reckonedAtOnce) {
    for (const [personId, credit] of await creditsOf(em, taught, stale.slice(from, from + reckonedAtOnce), nowMs)) book.credits.set(personId, credit);
  }
  Object.assign(book, { mark: taught.mark, readToMs: nowMs });
}

function wallOf(book: Book, taught: Taught, checks: ReadonlyMap<string, WallCheck>, nowMs: number): ClassView {
  const { attendanceLowBelowPercent: belowPercent } = taught.pack.attendance;
  const unitId = taught.units.findLast(({ startedAt }) => startedAt && startedAt.getTime() <= nowMs)?.id ?? null;
  const learners = book.people.map(({ personId, name }): WallLearner => {
    const known = book.credits.get(personId);
    const credit = known ? creditAt(known, nowMs) : null;
    const ofUnit = credit?.unit?.unitId === unitId ? credit?.unit : null;
    return { personId, name, reason: credit?.reason ?? null, heldMs: ofUnit?.heldMs ?? 0, creditedMs: ofUnit?.creditedMs ?? 0, check: checks.get(personId) ?? null };
  });
  const large = learners.length >= largeFrom;
  const ordered = byAttention(learners, belowPercent);
  const rows = (large ? ordered.slice(0, namedOfLarge) : ordered).map((learner): WallRow => ({ ...learner, below: isBelow(learner, belowPercent) }));
  const wall = { atMs: nowMs, unitId, belowPercent, rulePack: packName(taught.pack), figures: wallFigures(learners, belowPercent), rows, againMs: large ? againMs.large : againMs.small };
  return { wall, byName: learners, byAttention: ordered };
}

/** By lesson. Throws not_found. */
export function createWalls(live: () => Live): SharedRead<ClassView> {
  const books = new Map<string, Book>();
  return new SharedRead(async (lessonId) => {
    const { orm, now } = live().deps;
    const em = orm.em.fork();
    const nowMs = now().getTime();
    for (const [id, { usedAtMs }] of books) if (nowMs - usedAtMs > forgottenAfterMs) books.delete(id);
    const taught = (await taughtOf(em, [lessonId])).get(lessonId);
    if (!taught) throw new DomainError('not_found', 'no such lesson');
    const book = books.get(lessonId) ?? newBook();
    books.set(lessonId, book);
    book.usedAtMs = nowMs;
    await reckon(em, book, taught, nowMs);
    return wallOf(book, taught, await lastChecks(em, lessonId), nowMs);
  });
}
