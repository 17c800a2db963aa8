// One learner's case in one lesson: checks, ranked signals, appeals and decisions beside each other, and what the asking person may do about it.
import type { ReviewCase, ReviewCheck, SignalView } from '#contracts/review.ts';
import type { AskedWay, CheckKind, CheckStatus, CodeState, Verdict } from '#domain/check.ts';
import { DomainError } from '#domain/errors.ts';
import { countedVerdict } from '#domain/review.ts';
import { isStaff } from '#domain/roles.ts';
import { packName } from '#domain/rules/rule-pack.ts';
import { rankSignals } from '#domain/signals.ts';
import type { EntityManager } from '#db/orm.ts';
import { lastAttemptSql, spokeAgainst, underReview } from '#db/queries/decisions.ts';
import { arrayOf } from '#db/queries/lesson-access.ts';
import { lessonAccess } from '#db/queries/replay-access.ts';
import { decisionView, reviewRecords, type ReviewRecords } from '#db/queries/review-records.ts';
import { packOfLesson } from '#db/queries/rule-packs.ts';
import { signalsOfLearner } from '#db/queries/signals.ts';
import type { Deps } from '../deps.ts';

export interface Learner { lessonId: string; personId: string }
interface Head { title: string; starts_at: string; cohort: string; institution: string; institution_id: string; name: string }
interface CheckRow {
  id: string; kind: CheckKind; way: AskedWay; status: CheckStatus; ordinal: number | null; attempt: number; asked_at: string | null; answered_at: string | null; verdict: Verdict | null;
  picture_id: string | null; measures: Record<string, number> | null; camera: string | null;
  asked_again: boolean; in_replay: boolean; code: CodeState | null; seen: boolean | null; looked_at: string | null; looker: string | null;
}
/** Pictures the reader may ask for: the lesson's staff all, its institution those that are under review, regulators none. */
type Looks = 'all' | 'reviewed' | 'none';
const iso = (at: string | null): string | null => at && new Date(at).toISOString();

/** Throws not_found where the person has no part in the lesson, or the learner has none; forbidden for its learners. Answers whether they may decide. */
export async function reviewerOf(em: EntityManager, readerId: string, { lessonId, personId }: Learner): Promise<{ mayDecide: boolean; looks: Looks }> {
  const access = await lessonAccess(em, readerId, lessonId);
  if (!access) throw new DomainError('not_found', 'no such lesson');
  if (access.role === 'student') throw new DomainError('forbidden', "for the lesson's staff and those who oversee it");
  const [learner] = await em.execute<unknown[]>('select 1 from lesson l join enrolment n on n.cohort_id = l.cohort_id where l.id = ? and n.person_id = ?', [lessonId, personId]);
  if (!learner) throw new DomainError('not_found', 'no such learner in this lesson');
  return { mayDecide: access.staff && readerId !== personId, looks: isStaff(access.role) ? 'all' : access.staff ? 'reviewed' : 'none' };
}

async function headOf(em: EntityManager, { lessonId, personId }: Learner): Promise<Head> {
  const [head] = await em.execute<Head[]>(
    `select l.title, l.starts_at, l.institution_id, c.title as cohort, i.name as institution, p.name from lesson l join cohort c on c.id = l.cohort_id
     join institution i on i.id = l.institution_id join person p on p.id = ? where l.id = ?`, [personId, lessonId]);
  if (!head) throw new DomainError('not_found', 'no such lesson');
  return head;
}

interface Reader { readerId: string; mayDecide: boolean; looks: Looks }

const lookOf = ({ seen, looked_at: at, looker }: CheckRow): ReviewCheck['look'] => (seen === null || !at ? null : { seen, by: looker ?? '', at: new Date(at).toISOString() });

async function checksOf(em: EntityManager, { lessonId, personId }: Learner, { decisions, appeals }: ReviewRecords, { readerId, mayDecide, looks }: Reader): Promise<ReviewCheck[]> {
  const rows = await em.execute<CheckRow[]>(
    `select f.id, f.kind, f.way, f.status, u.ordinal, f.attempt, f.asked_at, f.answered_at, f.verdict, f.picture_id, f.measures,
       not ${lastAttemptSql('f')} as asked_again, f.viewing_id is not null as in_replay, f.code, f.seen, f.looked_at, w.name as looker,
       (select s.camera->>'camera' from snapshot_print s where s.check_id = f.id order by s.taken_at desc limit 1) as camera
     from face_check f left join unit u on u.id = f.unit_id left join person w on w.id = f.looked_by
     where f.lesson_id = ? and f.person_id = ? and f.asked_at is not null order by f.asked_at, f.id`, [lessonId, personId]);
  const reviewed = looks === 'reviewed' ? await underReview(em, rows.map(({ id }) => id)) : null;
  const against = mayDecide ? await spokeAgainst(em, readerId, rows.map(({ id }) => id)) : new Set<string>();
  return rows.map((row) => {
    const appeal = appeals.find(({ checkId }) => checkId === row.id);
    const own = decisions.filter(({ checkId }) => checkId === row.id);
    const pictureState = row.picture_id ? 'kept' : row.answered_at && row.way === 'face' ? 'gone' : 'none';
    return {
      checkId: row.id, kind: row.kind, way: row.way, status: row.status, unitOrdinal: row.ordinal, attempt: row.attempt, askedAgain: row.asked_again,
      inReplay: row.in_replay, askedAt: iso(row.asked_at), answeredAt: iso(row.answered_at), code: row.code, look: lookOf(row),
      verdict: row.verdict, counted: countedVerdict(row.verdict, own.find(({ replaced }) => !replaced)?.outcome ?? null), picture: pictureState,
      mayLook: pictureState === 'kept' && (looks === 'all' || reviewed?.has(row.id) === true), measures: row.measures, camera: row.camera,
      mayDecide: mayDecide && row.status === 'settled' && !(appeal?.open && against.has(row.id)), appeal: appeal?.view ?? null, decisions: own.map(decisionView),
    };
  });
}

/** Names of people of this institution; whoever is none of them stays nameless here. */
async function namesIn(em: EntityManager, institutionId: string, personIds: readonly string[]): Promise<Map<string, string>> {
  if (personIds.length === 0) return new Map();
  const rows = await em.execute<{ id: string; name: string }[]>(
    `select p.id, p.name from person p where p.id = any(?::uuid[]) and (exists (select from membership m where m.person_id = p.id and m.institution_id = ?)
       or exists (select from enrolment n where n.person_id = p.id and n.institution_id = ?))`, [arrayOf(personIds), institutionId, institutionId]);
  return new Map(rows.map(({ id, name }) => [id, name]));
}

async function signalsOf(em: EntityManager, learner: Learner, institutionId: string): Promise<{ weight: number; signals: SignalView[] }> {
  const seen = await signalsOfLearner(em, learner.lessonId, learner.personId);
  const open = new Map(seen.map(({ signalId, status }) => [signalId, status === 'open']));
  const lines = rankSignals(seen.map((signal) => ({ ...signal, lessonId: learner.lessonId })))[0]?.lines ?? [];
  const weight = rankSignals(seen.filter(({ status }) => status === 'open').map((signal) => ({ ...signal, lessonId: learner.lessonId })))[0]?.weight ?? 0;
  const names = await namesIn(em, institutionId, [...new Set(seen.flatMap(({ otherPersonIds }) => otherPersonIds))]);
  return {
    weight,
    signals: lines.map(({ signalId, kind, strength, weight: own, why, count, firstSeenMs, lastSeenMs, checkId, otherPersonIds, facts }) => ({
      signalId, kind, strength, weight: own, why, count, firstSeenAt: new Date(firstSeenMs).toISOString(), lastSeenAt: new Date(lastSeenMs).toISOString(), checkId, facts,
      settled: open.get(signalId) !== true, others: otherPersonIds.map((personId) => ({ personId, name: names.get(personId) ?? null })),
    })),
  };
}

/** The case as this reader sees it. Throws not_found, forbidden. */
export async function describeCase(em: EntityManager, readerId: string, learner: Learner): Promise<ReviewCase> {
  const { mayDecide, looks } = await reviewerOf(em, readerId, learner);
  const head = await headOf(em, learner);
  const records = await reviewRecords(em, learner.lessonId, learner.personId);
  const units = await em.execute<{ id: string; ordinal: number }[]>('select id, ordinal from unit where lesson_id = ?', [learner.lessonId]);
  const ordinals = new Map(units.map(({ id, ordinal }) => [id, ordinal]));
  return {
    ...learner, lessonTitle: head.title, cohortTitle: head.cohort, institutionName: head.institution, startsAt: new Date(head.starts_at).toISOString(),
    rulePack: packName(await packOfLesson(em, learner.lessonId)), name: head.name, mayDecide,
    ...(await signalsOf(em, learner, head.institution_id)),
    signalDecisions: records.decisions.filter(({ subject }) => subject === 'signals').map(decisionView), checks: await checksOf(em, learner, records, { readerId, mayDecide, looks }),
    spans: records.appeals.flatMap(({ span, view }) => (span ? [{
      ...view, unitId: span.unitId, unitOrdinal: ordinals.get(span.unitId) ?? 0, from: new Date(span.fromMs).toISOString(), to: new Date(span.toMs).toISOString(),
    }] : [])),
  };
}

/** Throws not_found, forbidden. */
export const reviewCase = ({ orm }: Deps, readerId: string, learner: Learner): Promise<ReviewCase> => describeCase(orm.em.fork(), readerId, learner);
