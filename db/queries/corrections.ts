// Corrections as they are read: by the office and whoever oversees it, with names; in a learner's hours without.
import type { Correction, HoursCorrection } from '#contracts/correction-routes.ts';
import { minutesOf } from '#domain/attendance.ts';
import { decidingFault, type CorrectionOutcome, type CorrectionReason, type CorrectionWay } from '#domain/correction.ts';
import type { EntityManager } from '../orm.ts';
import { officeRoles } from './institution-access.ts';

interface Row {
  id: string; institution_id: string; lesson_id: string; lesson_title: string; cohort_title: string; starts_at: string; person_id: string; person_name: string; unit_ordinal: number; way: CorrectionWay;
  from_at: string; to_at: string; changes_ms: number; reason: CorrectionReason; words: string; attachment_id: string; file_name: string; made_by: string; maker: string; made_at: string;
  outcome: CorrectionOutcome | null; decision_words: string | null; decider: string | null; decided_at: string | null; of_office: boolean;
}
const select = `select c.*, l.title as lesson_title, h.title as cohort_title, l.starts_at, p.name as person_name, u.ordinal as unit_ordinal, a.file_name, m.name as maker, d.outcome, d.words as decision_words, d.decided_at, q.name as decider,
    exists (select from membership o where o.institution_id = c.institution_id and o.person_id = ? and o.role in ('${officeRoles.join("', '")}')) as of_office
  from correction c join lesson l on l.id = c.lesson_id join cohort h on h.id = l.cohort_id join person p on p.id = c.person_id join unit u on u.id = c.unit_id join attachment a on a.id = c.attachment_id
    join person m on m.id = c.made_by left join correction_decision d on d.correction_id = c.id left join person q on q.id = d.decided_by`;
const iso = (at: string): string => new Date(at).toISOString();

const toldOf = (row: Row): HoursCorrection => ({
  way: row.way, unitOrdinal: row.unit_ordinal, from: iso(row.from_at), to: iso(row.to_at), minutes: minutesOf(row.changes_ms), reason: row.reason, madeAt: iso(row.made_at), decidedAt: row.decided_at && iso(row.decided_at),
});
const viewFor = (askerId: string) => (row: Row): Correction => ({
  correctionId: row.id, institutionId: row.institution_id, lessonId: row.lesson_id, lessonTitle: row.lesson_title, cohortTitle: row.cohort_title, startsAt: iso(row.starts_at), personId: row.person_id, personName: row.person_name, ...toldOf(row),
  words: row.words, attachmentId: row.attachment_id, fileName: row.file_name, maker: row.maker, state: row.outcome ?? 'waiting', decider: row.decider, decisionWords: row.decision_words ?? '', mine: row.made_by === askerId,
  mayDecide: row.outcome === null && row.of_office && decidingFault({ makerId: row.made_by, learnerId: row.person_id, deciderId: askerId, outcome: 'approved' }) === null,
});

/** Of one learner in one lesson, newest first. Whether the asker may is asked before. */
export async function correctionsOf(em: EntityManager, askerId: string, { lessonId, personId }: { lessonId: string; personId: string }): Promise<Correction[]> {
  const rows = await em.execute<Row[]>(`${select} where c.lesson_id = ? and c.person_id = ? order by c.made_at desc, c.id desc`, [askerId, lessonId, personId]);
  return rows.map(viewFor(askerId));
}

/** Null where there is none in reach. */
export async function correctionOf(em: EntityManager, askerId: string, correctionId: string): Promise<Correction | null> {
  const [row] = await em.execute<Row[]>(`${select} where c.id = ?`, [askerId, correctionId]);
  return row ? viewFor(askerId)(row) : null;
}

const mostDecided = 100;
/** Of all institutions this person is of the office of or oversees. */
export async function correctionQueue(em: EntityManager, askerId: string): Promise<{ waiting: Correction[]; decided: Correction[] }> {
  const theirs = `c.institution_id in (select o.institution_id from membership o where o.person_id = ? and o.role in ('${[...officeRoles, 'regulator'].join("', '")}'))`;
  const waiting = await em.execute<Row[]>(`${select} where ${theirs} and d.correction_id is null order by c.made_at, c.id`, [askerId, askerId]);
  const decided = await em.execute<Row[]>(`${select} where ${theirs} and d.correction_id is not null order by d.decided_at desc, c.id limit ${mostDecided}`, [askerId, askerId]);
  return { waiting: waiting.map(viewFor(askerId)), decided: decided.map(viewFor(askerId)) };
}

/** Approved ones of a learner in a lesson, in the order of approval; nobody is named. */
export async function approvedCorrections(em: EntityManager, { lessonId, personId }: { lessonId: string; personId: string }): Promise<HoursCorrection[]> {
  const rows = await em.execute<Row[]>(
    `select c.*, u.ordinal as unit_ordinal, d.decided_at from correction c join unit u on u.id = c.unit_id join correction_decision d on d.correction_id = c.id and d.outcome = 'approved'
     where c.lesson_id = ? and c.person_id = ? order by d.decided_at, c.id`, [lessonId, personId]);
  return rows.map(toldOf);
}
