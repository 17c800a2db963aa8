// What waits for a person: appeals, signals by rank, and checks the machine could not settle, of the lessons this person teaches or oversees.
import type { Static } from 'typebox';
import type { ReviewItem, ReviewQuery, ReviewQueue } from '#contracts/review.ts';
import type { CheckKind, Verdict } from '#domain/check.ts';
import { reviewedVerdicts } from '#domain/review.ts';
import { leastRanked, rankSignals, type SeenSignal } from '#domain/signals.ts';
import type { EntityManager } from '#db/orm.ts';
import { lastAttemptSql } from '#db/queries/decisions.ts';
import { seenSignal, signalColumns, type SignalRow } from '#db/queries/signals.ts';
import type { Deps } from '../deps.ts';

/** Items of one kind that are told; the counts tell of all. */
const mostOfKind = 200;
/** Open signals that are ranked, the newest first. */
const mostSignals = 5_000;

/** SQL for whether lesson `l` is this person's to look at (twice `?`): its staff, its institution, or a regulator there. Learners' own enrolment gives nothing. */
const seesSql = `(exists (select from lesson_staff y where y.lesson_id = l.id and y.person_id = ?)
  or exists (select from membership m where m.institution_id = l.institution_id and m.person_id = ? and m.role in ('admin', 'institution', 'regulator')))`;
/** Of lesson `l`: the person's to look at, and the one asked for, if one was (four `?`). */
const inScopeSql = `${seesSql} and (?::uuid is null or l.id = ?)`;
const scopeOf = (personId: string, { lessonId = null }: { lessonId?: string | null }): (string | null)[] => [personId, personId, lessonId, lessonId];

interface Row { item: string; lesson_id: string; title: string; cohort: string; person_id: string; name: string; at: string; verdict: Verdict | null; kind: CheckKind | null; in_replay: boolean | null; total: number }
const wherein = 'join cohort c on c.id = l.cohort_id';

const itemOf = (kind: 'appeal' | 'check') => (row: Row): ReviewItem => ({
  itemId: row.item, kind, lessonId: row.lesson_id, lessonTitle: row.title, cohortTitle: row.cohort, personId: row.person_id, name: row.name, at: new Date(row.at).toISOString(),
  verdict: row.verdict, checkKind: row.kind, inReplay: row.in_replay === true, weight: null, signals: [],
});

const appealsOf = (em: EntityManager, scope: (string | null)[]): Promise<Row[]> => em.execute<Row[]>(
  `select a.id as item, l.id as lesson_id, l.title, c.title as cohort, a.person_id, p.name, a.created_at as at, f.verdict, f.kind, f.viewing_id is not null as in_replay, count(*) over ()::int as total
   from appeal a join lesson l on l.id = a.lesson_id ${wherein} join person p on p.id = a.person_id left join face_check f on f.id = a.check_id
   where a.decided_at is null and ${inScopeSql} order by a.created_at, a.id limit ${mostOfKind}`, scope);

/** Of attempts the last; what somebody appealed stands there already. */
const checksOf = (em: EntityManager, scope: (string | null)[]): Promise<Row[]> => em.execute<Row[]>(
  `select f.id as item, l.id as lesson_id, l.title, c.title as cohort, f.person_id, p.name, coalesce(f.answered_at, f.asked_at) as at, f.verdict, f.kind, f.viewing_id is not null as in_replay, count(*) over ()::int as total
   from face_check f join lesson l on l.id = f.lesson_id ${wherein} join person p on p.id = f.person_id
   where f.status = 'settled' and f.verdict in (${reviewedVerdicts.map((verdict) => `'${verdict}'`).join(', ')}) and f.asked_at is not null
     and not exists (select from review_decision d where d.check_id = f.id) and not exists (select from appeal a where a.check_id = f.id and a.decided_at is null)
     and ${lastAttemptSql('f')} and ${inScopeSql} order by at, f.id limit ${mostOfKind}`, scope);

interface OpenSignal extends SignalRow { title: string; cohort: string; name: string; lesson: string }

/** A signal of no lesson (a face enrolled twice) stands at the learner's last one of that institution. */
const signalsOf = (em: EntityManager, scope: (string | null)[]): Promise<OpenSignal[]> => em.execute<OpenSignal[]>(
  `select ${signalColumns}, l.id as lesson, l.title, c.title as cohort, p.name from signal s join person p on p.id = s.person_id
   join lesson l on l.id = coalesce(s.lesson_id, (select o.id from enrolment n join lesson o on o.cohort_id = n.cohort_id
     where n.person_id = s.person_id and (s.institution_id is null or o.institution_id = s.institution_id) order by o.starts_at desc limit 1)) ${wherein}
   where s.status = 'open' and ${inScopeSql} order by s.last_seen_at desc, s.id limit ${mostSignals}`, scope);

function rankedItems(rows: readonly OpenSignal[]): ReviewItem[] {
  const words = new Map(rows.map((row) => [`${row.lesson}/${row.person_id}`, row]));
  const ranked = rankSignals(rows.map((row): SeenSignal => ({ ...seenSignal(row), lessonId: row.lesson })));
  return ranked.filter(({ weight }) => weight >= leastRanked).map(({ personId, lessonId, weight, lines, lastSeenMs }) => {
    const row = words.get(`${lessonId}/${personId}`)!;
    return {
      itemId: `${lessonId}/${personId}`, kind: 'signals', lessonId: row.lesson, lessonTitle: row.title, cohortTitle: row.cohort, personId, name: row.name, at: new Date(lastSeenMs).toISOString(),
      verdict: null, checkKind: null, inReplay: false, weight, signals: [...new Set(lines.map(({ kind }) => kind))],
    };
  });
}

/** Somebody without a lesson to look at gets an empty queue; who may ask at all says the route. */
export async function reviewQueue({ orm }: Deps, personId: string, query: Static<typeof ReviewQuery>): Promise<ReviewQueue> {
  const em = orm.em.fork();
  const scope = scopeOf(personId, query);
  const [appeals, checks, signals] = [await appealsOf(em, scope), await checksOf(em, scope), rankedItems(await signalsOf(em, scope))];
  const counts = { appeal: appeals[0]?.total ?? 0, check: checks[0]?.total ?? 0, signals: signals.length };
  const all = [...appeals.map(itemOf('appeal')), ...signals.slice(0, mostOfKind), ...checks.map(itemOf('check'))];
  const items = query.kind ? all.filter(({ kind }) => kind === query.kind) : all;
  return { items, counts, more: Object.values(counts).some((count) => count > mostOfKind) };
}
