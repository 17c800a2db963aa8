// Which checks in class are due (those of the replay have a clock of their own): sign-ins of running units, drawn moments that came, attempts that failed or were missed, open ones of learners who change their way.
import { deservesRetry, verdicts, type CheckKind, type Verdict } from '#domain/check.ts';
import { packs } from '#domain/rules/packs.ts';
import { packName, type RulePack } from '#domain/rules/rule-pack.ts';
import type { EntityManager } from '#db/orm.ts';
import { faceReadySql, phoneOnFileSql } from '#db/queries/checks.ts';
import { lastOutcomeSql } from '#db/queries/decisions.ts';
import { arrayOf } from '#db/queries/lesson-access.ts';

export interface Due { session_id: string; lesson_id: string; institution_id: string; person_id: string; rule_pack: string; ready: boolean; phone: boolean }
export interface SignInDue extends Due { unit_id: string }
export interface DrawnDue extends Due { id: string }
export interface RetryDue extends Due { unit_id: string | null; kind: CheckKind; first_check_id: string; attempt: number; because: Verdict }
export interface TurnedDue { id: string; institution_id: string; rule_pack: string; phone: boolean }

/** A missed check rests so long before it is asked once more, or as long as it could be answered: who was away is not back at once. */
const restMs = 60_000;
/** However large the class, all present are asked to sign in within about so long. */
export const signInSpreadSeconds = 60;

const byPack = (figureOf: (pack: RulePack) => number): string => JSON.stringify(Object.fromEntries(packs.map((pack) => [packName(pack), figureOf(pack)])));
const onceALesson = packs.filter(({ checks }) => checks.signIn === 'each_lesson').map(packName);
const perSecond = byPack(({ checks }) => checks.perSecond);
const attempts = byPack(({ checks }) => 1 + checks.retries);
const retriedWords = verdicts.filter(deservesRetry).map((verdict) => `'${verdict}'`).join(', ');

/**
 * Learners present in a running unit who were not asked to sign in to it, or to the lesson where once is enough: whoever came first, and of a class that is
 * there already a few each second, so that it is never asked as a whole in one tick.
 * With `since` only those who came, or whose unit began, after it: of ten thousand who all have signed in nobody else need be looked at.
 * `materialized`: those present are read once. A planner without figures of a class that came a minute ago reads all of them for each of them, which stops the clock for minutes.
 */
export const signInsDue = (em: EntityManager, since: Date | null): Promise<SignInDue[]> => em.execute<SignInDue[]>(
  `with running as materialized (select s.id as session_id, s.lesson_id, s.institution_id, s.rule_pack, u.id as unit_id, u.started_at
       from lesson_session s join unit u on u.lesson_id = s.lesson_id and u.started_at is not null and u.ended_at is null where s.ended_at is null),
     here as materialized (select c.lesson_id, c.person_id, c.connected_at, c.id, count(*) over (partition by c.lesson_id) as present
       from connection c where c.lesson_id in (select lesson_id from running) and c.left_at is null and c.role = 'student')
   select due.session_id, due.lesson_id, due.institution_id, due.unit_id, due.person_id, due.rule_pack, ${faceReadySql('due.person_id')} as ready, ${phoneOnFileSql('due.person_id')} as phone from (
     select r.session_id, r.lesson_id, r.institution_id, r.unit_id, h.person_id, r.rule_pack, h.present, row_number() over (partition by r.session_id order by h.connected_at, h.id) as place
     from running r join here h on h.lesson_id = r.lesson_id
     where (?::timestamptz is null or greatest(h.connected_at, r.started_at) > ?)
       and not exists (select from face_check f where f.session_id = r.session_id and f.person_id = h.person_id and f.viewing_id is null
       and ((f.kind = 'sign_in' and (f.unit_id = r.unit_id or r.rule_pack = any(?::text[]))) or f.status = 'asked'))) due
   where due.place <= greatest((?::jsonb ->> due.rule_pack)::int, ceil(due.present / ${signInSpreadSeconds}.0))`, [since, since, arrayOf(onceALesson), perSecond]);

/**
 * SQL: of `rows` those whose turn it is. What is due at once, because the clock stood still or somebody's line was down, is asked like sign-ins: a few of a session each
 * second, the longest due first (`due_at`), and never a class in one tick. Values: those of `rows`, then `perSecond`.
 */
const inTurnSql = (rows: string): string => `with waiting as materialized (${rows}), here as materialized (
     select c.lesson_id, count(*) as present from connection c where c.lesson_id in (select lesson_id from waiting) and c.left_at is null and c.role = 'student' group by c.lesson_id)
   select w.* from (select waiting.*, row_number() over (partition by session_id order by due_at, id) as place from waiting) w join here on here.lesson_id = w.lesson_id
   where w.place <= greatest((?::jsonb ->> w.rule_pack)::int, ceil(here.present / ${signInSpreadSeconds}.0)) order by w.due_at, w.id`;

/**
 * The earliest drawn check that is due of each learner who is here and has nothing else to answer, nor had a moment ago. One of a unit that is over is not asked any more:
 * it would be one too many for the next, and whoever was away then has no minutes there.
 */
export const drawnDue = (em: EntityManager, at: Date): Promise<DrawnDue[]> => em.execute<DrawnDue[]>(
  inTurnSql(`select distinct on (f.session_id, f.person_id) f.id, f.session_id, f.lesson_id, f.institution_id, f.person_id, s.rule_pack, f.due_at, ${faceReadySql('f.person_id')} as ready, ${phoneOnFileSql('f.person_id')} as phone
   from face_check f join lesson_session s on s.id = f.session_id and s.ended_at is null
   join unit u on u.id = f.unit_id and u.ended_at is null
   join connection c on c.lesson_id = f.lesson_id and c.person_id = f.person_id and c.left_at is null
   where f.status = 'drawn' and f.due_at <= ?
     and not exists (select from face_check o where o.session_id = f.session_id and o.person_id = f.person_id and o.viewing_id is null
       and (o.status = 'asked' or o.asked_at > ?::timestamptz - f.window_ms * interval '1 millisecond'))
   order by f.session_id, f.person_id, f.due_at, f.id`), [at, at, perSecond]);

/**
 * Last attempts that failed or were missed and may be asked again, of learners who are here; not where a person said that it was them. A sign-in of a unit that is over is
 * not asked again.
 * With `who` only that learner's sign-in, and no rest is waited for.
 */
export const retriesDue = (em: EntityManager, at: Date, who: { lessonId: string; personId: string } | null = null): Promise<RetryDue[]> => em.execute<RetryDue[]>(
  inTurnSql(`select distinct on (f.session_id, f.person_id) f.id, f.settled_at as due_at, f.session_id, f.lesson_id, f.institution_id, f.person_id, f.unit_id, f.kind, s.rule_pack,
     coalesce(f.first_check_id, f.id) as first_check_id, f.attempt + 1 as attempt, f.verdict as because, ${faceReadySql('f.person_id')} as ready, ${phoneOnFileSql('f.person_id')} as phone
   from face_check f join lesson_session s on s.id = f.session_id and s.ended_at is null
   join connection c on c.lesson_id = f.lesson_id and c.person_id = f.person_id and c.left_at is null
   left join unit u on u.id = f.unit_id
   where f.status = 'settled' and f.viewing_id is null and f.verdict in (${retriedWords}) and f.attempt < (?::jsonb ->> s.rule_pack)::int
     and (?::uuid is null or (f.lesson_id = ? and f.person_id = ? and f.kind = 'sign_in'))
     and (?::uuid is not null or f.verdict <> 'missed' or f.settled_at <= ?::timestamptz - least(f.window_ms, ${restMs}) * interval '1 millisecond')
     and ${lastOutcomeSql('f.id')} is distinct from 'overturned'
     and (f.kind <> 'sign_in' or u.ended_at is null or s.rule_pack = any(?::text[]))
     and not exists (select from face_check n where n.first_check_id = coalesce(f.first_check_id, f.id) and n.attempt > f.attempt)
     and not exists (select from face_check o where o.session_id = f.session_id and o.person_id = f.person_id and o.viewing_id is null and o.status = 'asked')
   order by f.session_id, f.person_id, f.settled_at, f.id`),
  [attempts, who?.personId ?? null, who?.lessonId ?? null, who?.personId ?? null, who?.personId ?? null, at, arrayOf(onceALesson), perSecond]);

/** Open checks for a picture of learners who are not, or no longer, known by their face. */
export const turnedDue = (em: EntityManager): Promise<TurnedDue[]> => em.execute<TurnedDue[]>(
  `select f.id, f.institution_id, s.rule_pack, ${phoneOnFileSql('f.person_id')} as phone from face_check f join lesson_session s on s.id = f.session_id and s.ended_at is null
   where f.status = 'asked' and f.viewing_id is null and f.way = 'face' and not ${faceReadySql('f.person_id')}`);
