// Looks of regulators as rows: to which institution what was named belongs, writing them down, and what an institution may read of them (decision 088).
import type { LookKind, LookSubject } from '#domain/look.ts';
import { newId } from '#domain/id.ts';
import type { EntityManager } from '../orm.ts';
import { arrayOf } from './lesson-access.ts';

/** Parameters and fields that name something of an institution: what it is, and the table that knows whose. A person is nobody's. */
export const lookSubjects: Readonly<Record<string, { kind: LookKind; table: string | null }>> = {
  institutionId: { kind: 'institution', table: 'institution' }, lessonId: { kind: 'lesson', table: 'lesson' }, cohortId: { kind: 'cohort', table: 'cohort' }, courseId: { kind: 'course', table: 'course' },
  replayId: { kind: 'replay', table: 'replay' }, viewingId: { kind: 'viewing', table: 'viewing' }, examId: { kind: 'exam', table: 'exam' }, attemptId: { kind: 'attempt', table: 'exam_attempt' }, checkId: { kind: 'check', table: 'face_check' },
  certificateId: { kind: 'certificate', table: 'certificate' }, attachmentId: { kind: 'attachment', table: 'attachment' }, coursewareId: { kind: 'courseware', table: 'courseware' }, exportId: { kind: 'export', table: 'ledger_export' },
  filmId: { kind: 'film', table: 'film' }, importId: { kind: 'rosterImport', table: 'roster_import' }, clientId: { kind: 'client', table: 'client' }, pictureId: { kind: 'picture', table: 'question_picture' },
  questionId: { kind: 'question', table: 'question' }, subsidyFileId: { kind: 'subsidyFile', table: 'subsidy_file' }, threadId: { kind: 'thread', table: 'qa_thread' }, drawnId: { kind: 'inspection', table: 'inspection_unit' },
  personId: { kind: 'person', table: null },
};

export interface Named { name: string; id: string }
/** Whose each of these is; one that is nobody's, unknown or out of reach is left out. */
export async function institutionsOfNamed(em: EntityManager, named: readonly Named[]): Promise<(LookSubject & { institutionId: string })[]> {
  const byName = Map.groupBy(named.filter(({ name }) => lookSubjects[name]?.table), ({ name }) => name);
  if (byName.size === 0) return [];
  const parts = [...byName.keys()].map((name) => {
    const { kind, table } = lookSubjects[name]!;
    return `select '${kind}' as kind, t.id, ${table === 'institution' ? 't.id' : 't.institution_id'} as institution_id from ${table} t where t.id = any(?::uuid[])`;
  });
  const rows = await em.execute<{ kind: LookKind; id: string; institution_id: string | null }[]>(parts.join(' union all '), [...byName.values()].map((list) => arrayOf(list.map(({ id }) => id))));
  return rows.flatMap(({ kind, id, institution_id: institutionId }) => institutionId === null ? [] : [{ kind, id, institutionId }]);
}

/** With which of these institutions these people have to do, as learners or staff: by institution, the people. */
export async function peopleOfInstitutions(em: EntityManager, personIds: readonly string[], among: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await em.execute<{ institution_id: string; people: string[] }[]>(
    `select k.institution_id, array_agg(k.person_id::text order by k.person_id) as people from (
       select m.institution_id, m.person_id from membership m where m.person_id = any(?::uuid[]) and m.role <> 'regulator' union select e.institution_id, e.person_id from enrolment e where e.person_id = any(?::uuid[])) k
     where k.institution_id = any(?::uuid[]) group by 1`, [arrayOf(personIds), arrayOf(personIds), arrayOf(among)]);
  return new Map(rows.map((row) => [row.institution_id, row.people]));
}

/** Which of these institutions an inspection concerns, if it runs; a regulator names it where they look on it. */
export async function inspectedAmong(em: EntityManager, inspectionId: string, among: readonly string[]): Promise<string[]> {
  const rows = await em.execute<{ id: string }[]>('select k.id from inspection i join unnest(i.institution_ids) as k(id) on k.id = any(?::uuid[]) where i.id = ?', [arrayOf(among), inspectionId]);
  return rows.map(({ id }) => id);
}

/** An unannounced inspection that was not handed over yet and drew one of these lessons or films: a look at them is part of it, whatever the request said. By institution. */
export async function secretlyInspected(em: EntityManager, subjects: readonly LookSubject[]): Promise<Map<string, string>> {
  const idsOf = (kind: LookKind): string => arrayOf(subjects.filter((one) => one.kind === kind).map(({ id }) => id));
  const rows = await em.execute<{ institution_id: string; inspection_id: string }[]>(
    `select u.institution_id, max(u.inspection_id::text) as inspection_id from inspection_unit u join inspection i on i.id = u.inspection_id
     where not i.announced and i.status in ('sealed', 'drawn') and (u.lesson_id = any(?::uuid[]) or u.replay_id = any(?::uuid[])) group by u.institution_id`, [idsOf('lesson'), idsOf('replay')]);
  return new Map(rows.map((row) => [row.institution_id, row.inspection_id]));
}

export interface NewLook { institutionId: string; personId: string; route: string; subjects: readonly LookSubject[]; at: Date; purpose: string | null; inspectionId: string | null }
/** In the caller's request or transaction: where it fails nothing may be shown. */
export async function addLooks(em: EntityManager, looks: readonly NewLook[]): Promise<void> {
  if (looks.length === 0) return;
  const rows = looks.map(({ institutionId, personId, route, subjects, at, purpose, inspectionId }) => ({ id: newId(at.getTime()), institution_id: institutionId, person_id: personId, route, subjects, at, purpose, inspection_id: inspectionId }));
  await em.execute(
    `insert into look (id, institution_id, person_id, route, subjects, at, purpose, inspection_id) select id, institution_id, person_id, route, subjects, at, purpose, inspection_id
     from jsonb_to_recordset(?::jsonb) as l(id uuid, institution_id uuid, person_id uuid, route text, subjects jsonb, at timestamptz, purpose text, inspection_id uuid)`, [JSON.stringify(rows)]);
}

/** A lesson entered by whoever oversees its institution. Others of these people are left out. */
export async function addEntries(em: EntityManager, { lessonId, institutionId }: { lessonId: string; institutionId: string }, personIds: readonly string[], at: Date): Promise<void> {
  if (personIds.length === 0) return;
  const rows = await em.execute<{ id: string }[]>(`select person_id as id from membership where institution_id = ? and role = 'regulator' and person_id = any(?::uuid[])`, [institutionId, arrayOf(personIds)]);
  await addLooks(em, rows.map(({ id }) => ({ institutionId, personId: id, route: 'classroom', subjects: [{ kind: 'lesson', id: lessonId }], at, purpose: null, inspectionId: null })));
}

/** SQL: what was done on an unannounced inspection shows once that is handed over or closed; where the inspection is out of sight its looks are too. */
const shownSql = `(k.inspection_id is null or exists (select from inspection i where i.id = k.inspection_id and (i.announced or i.status in ('handed', 'closed'))))`;

export interface LookRow { lookId: string; at: string; name: string; route: string; subjects: (LookSubject & { title: string | null })[]; purpose: string | null; inspectionId: string | null }
interface Raw { id: string; at: string; name: string; route: string; subjects: LookRow['subjects']; purpose: string | null; inspection_id: string | null }
/** Newest first, those before the look with this id; `most` at most. */
export async function looksAt(em: EntityManager, institutionId: string, { before, most }: { before: string | null; most: number }): Promise<LookRow[]> {
  const rows = await em.execute<Raw[]>(
    `select k.id, k.at, p.name, k.route, k.purpose, k.inspection_id, (select coalesce(jsonb_agg(s.one || jsonb_build_object('title', case s.one->>'kind'
         when 'lesson' then (select title from lesson t where t.id = (s.one->>'id')::uuid) when 'cohort' then (select title from cohort t where t.id = (s.one->>'id')::uuid)
         when 'course' then (select title from course t where t.id = (s.one->>'id')::uuid) when 'replay' then (select l.title from replay t join lesson l on l.id = t.lesson_id where t.id = (s.one->>'id')::uuid)
         when 'person' then (select name from person t where t.id = (s.one->>'id')::uuid) end) order by s.place), '[]') from jsonb_array_elements(k.subjects) with ordinality as s(one, place)) as subjects
     from look k join person p on p.id = k.person_id where k.institution_id = ? and (?::uuid is null or k.id < ?::uuid) and ${shownSql} order by k.id desc limit ?`, [institutionId, before, before, most]);
  return rows.map(({ id, inspection_id: inspectionId, at, ...row }) => ({ lookId: id, inspectionId, at: new Date(at).toISOString(), ...row }));
}
