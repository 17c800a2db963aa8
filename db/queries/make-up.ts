// What may be made up of a lesson, by whom, until when, and what was: read for one learner or a whole class, of one lesson or many, in three statements.
import type { Gap } from '#contracts/recording.ts';
import { heldUnits } from '#domain/attendance.ts';
import type { HeldUnit } from '#domain/presence/facts.ts';
import { ledgerOf, type Ledger } from '#domain/presence/ledger.ts';
import { inFilm, makeUpOfUnits, type FilmedUnit, type UnitFilm, type UnitMakeUp } from '#domain/presence/make-up.ts';
import type { RulePack } from '#domain/rules/rule-pack.ts';
import type { Replay } from '../entities/recording.ts';
import type { EntityManager } from '../orm.ts';
import { arrayOf } from './lesson-access.ts';
import { presenceFacts } from './presence-facts.ts';
import { sittingsOf } from './sittings.ts';
import { taughtOf } from './taught.ts';

/**
 * Nothing at all is there. Where packets of one source were lost, or one sender was gone, the rest can be seen and heard: that may be watched, and whoever wants
 * to know finds it in the quality report.
 */
const unrecordedReasons: readonly string[] = ['node_down', 'capture_dropped', 'nothing_captured', 'log_unreadable'];

const ms = (instant: string): string => `(extract(epoch from ${instant}) * 1000)::float8`;
interface FilmRow { id: string; lesson_id: string; unit_id: string; parts: number; starts: number; duration_ms: number; published: number; gaps: Gap[]; closes: number | null }

/** Published files of units; one that a reviewer let through was published then. */
const filmsOf = (em: EntityManager, lessonIds: readonly string[]): Promise<FilmRow[]> => em.execute<FilmRow[]>(
  `select r.id, r.lesson_id, r.unit_id, r.parts, (select ${ms('l.closes_at')} from lesson l where l.id = r.lesson_id) as closes, ${ms('starts_at')} as starts, duration_ms, gaps,
     ${ms(`greatest(coalesce(settled_at, created_at), case when (review ->> 'published')::boolean and jsonb_array_length(hold_reasons) > 0 then reviewed_at end)`)} as published
   from replay r where lesson_id = any(?::uuid[]) and unit_id is not null and status = 'ready' and starts_at is not null and duration_ms is not null order by unit_id, part`, [arrayOf(lessonIds)]);

const filmOf = ({ id, starts, duration_ms, published, gaps }: FilmRow): UnitFilm => ({
  replayId: id, startsMs: starts, durationMs: duration_ms, publishedMs: published, unrecorded: gaps.filter(({ reason }) => unrecordedReasons.includes(reason)),
});

/** `over`: the lesson has ended; before that nobody makes anything up. */
export interface HeldLesson { lessonId: string; units: readonly HeldUnit[]; over: boolean; pack: RulePack }

/** For each learner's ledger what it may be filled up with. One person's, or (null) everybody's; two or three reads however many the lessons. */
export async function makeUpAmong(em: EntityManager, lessons: readonly HeldLesson[], personId: string | null, nowMs: number): Promise<(lessonId: string, personId: string, ledger: Ledger) => UnitMakeUp[]> {
  const counting = lessons.filter(({ over, pack }) => over && pack.attendance.replayCounts).map(({ lessonId }) => lessonId);
  const films = Map.groupBy(counting.length > 0 ? await filmsOf(em, counting) : [], (row) => row.unit_id);
  const sittings = Map.groupBy(counting.length > 0 ? await sittingsOf(em, counting, personId) : [], (sitting) => `${sitting.lessonId} ${sitting.personId}`);
  const filmed = new Map(lessons.map(({ lessonId, units, over, pack }) => [lessonId, { pack, units: units.map(({ unitId, spans }): FilmedUnit => {
    const rows = films.get(unitId) ?? [];
    return { unitId, endedMs: over ? spans.at(-1)?.toMs ?? null : null, films: rows.map(filmOf), whole: rows.length > 0 && rows.length === rows[0]!.parts, closesMs: rows[0]?.closes ?? null };
  }) }]));
  return (lessonId, person, ledger) => {
    const { pack, units } = filmed.get(lessonId)!;
    return makeUpOfUnits(ledger, units, sittings.get(`${lessonId} ${person}`) ?? [], pack, nowMs);
  };
}

/** The same of one lesson. */
export async function lessonMakeUp(em: EntityManager, held: HeldLesson, personId: string | null, nowMs: number): Promise<(personId: string, ledger: Ledger) => UnitMakeUp[]> {
  const of = await makeUpAmong(em, [held], personId, nowMs);
  return (person, ledger) => of(held.lessonId, person, ledger);
}

export interface Learner { lessonId: string; personId: string }
/** With the files, so that spans can be found in them. */
export interface LearnerMakeUp { units: UnitMakeUp[]; pack: RulePack; ledger: Ledger; filmsOf: (unitId: Replay['unitId']) => UnitFilm[] }

/** One learner's, unit by unit in the order they were held; no units where nothing was held. */
export async function learnerMakeUp(em: EntityManager, { lessonId, personId }: Learner, nowMs: number): Promise<LearnerMakeUp | null> {
  const taught = (await taughtOf(em, [lessonId])).get(lessonId);
  if (!taught) return null;
  const { units } = heldUnits(taught.units, taught.interruptions, new Date(nowMs));
  const facts = (await presenceFacts(em, lessonId, personId, nowMs))(personId);
  const ledger = ledgerOf(facts, units, taught.pack, nowMs);
  const of = await lessonMakeUp(em, { lessonId, units, over: taught.status === 'ended', pack: taught.pack }, personId, nowMs);
  const films = await filmsOf(em, [lessonId]);
  return { units: of(personId, ledger), pack: taught.pack, ledger, filmsOf: (unitId) => films.filter((row) => row.unit_id === unitId).map(filmOf) };
}

export interface MakeUpUnit {
  unitId: string;
  /** The file to begin with; null where there is none. */
  replayId: string | null;
  /** All of the live unit that is not credited, epoch ms. */
  missing: { fromMs: number; toMs: number; reason: string }[];
  madeUpMs: number; leftMs: number; deadlineMs: number | null; open: boolean;
  /** Missed and in no recording, so that it leaves the learner's held time now that the rest is made up. */
  excusedMs: number;
}

/** What a learner is told of each unit of a lesson; empty where there is no such lesson or nothing was held. */
export async function makeUpOf(em: EntityManager, who: Learner, nowMs: number): Promise<MakeUpUnit[]> {
  const found = await learnerMakeUp(em, who, nowMs);
  return (found?.units ?? []).map(({ unitId, missing, madeUpMs, left, leftMs, deadlineMs, open, excusedMs }) => {
    const films = found!.filmsOf(unitId);
    const first = films.find((film) => inFilm(film, left).length > 0) ?? films[0];
    return { unitId, replayId: first?.replayId ?? null, missing, madeUpMs, leftMs, deadlineMs, open, excusedMs };
  });
}
