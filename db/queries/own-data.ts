// What is kept of one person: until when and by which rule, and all of it as it is told to that person alone, numbers masked.
import type { OwnData } from '#contracts/retention-routes.ts';
import { lastInstantSql } from '#domain/lesson-kind.ts';
import { ownClasses, retentionOf } from '#domain/retention.ts';
import { packFor } from '#domain/rules/packs.ts';
import { packName } from '#domain/rules/rule-pack.ts';
import type { EntityManager } from '../orm.ts';
import { acrossInstitutionsIn } from '../tenancy.ts';
import { ledgerOfPerson } from './ledger.ts';

interface Training {
  cohort_id: string; institution_id: string; institution_name: string; cohort_title: string; cohort_pack: string | null; institution_pack: string | null; runs: boolean; ended_at: string | null; session_packs: string[]; holds: string[]; face_holds: string[];
}
const trainingsOf = (em: EntityManager, personId: string): Promise<Training[]> => em.execute<Training[]>(
  `select e.cohort_id, i.id as institution_id, i.name as institution_name, c.title as cohort_title, c.rule_pack as cohort_pack, i.rule_pack as institution_pack, coalesce(l.runs, false) as runs, greatest(l.last_at, t.last_at, e.ended_at, e.created_at) as ended_at,
     array(select distinct s.rule_pack from lesson_session s join lesson n on n.id = s.lesson_id where n.cohort_id = c.id) as session_packs, held_by('ledger', c.id) as holds, held_by('face', e.person_id) as face_holds
   from enrolment e join cohort c on c.id = e.cohort_id join institution i on i.id = e.institution_id
     cross join lateral (select max(greatest(${lastInstantSql('lesson')}, starts_at + planned_minutes * interval '1 minute')) filter (where status = 'ended') as last_at, bool_or(status in ('scheduled', 'open', 'live')) as runs from lesson where cohort_id = c.id) l
     cross join lateral (select max(issued_at) as last_at from certificate where cohort_id = c.id) t
   where e.person_id = ? order by e.created_at desc, e.cohort_id`, [personId]);

function keptOf(row: Training, now: Date): OwnData['kept'] {
  const packNames = [...new Set([packName(packFor({ cohort: row.cohort_pack, institution: row.institution_pack })), ...row.session_packs])];
  return ownClasses.map((retentionClass) => {
    const endedAt = row.runs || row.ended_at === null ? null : new Date(row.ended_at);
    const verdict = retentionOf({ retentionClass, endedAt, packNames, holds: retentionClass === 'face' || retentionClass === 'person' ? row.face_holds : row.holds }, now);
    const until = verdict.state === 'due' ? verdict.since : verdict.until;
    return { institutionId: row.institution_id, institutionName: row.institution_name, cohortTitle: row.cohort_title, retentionClass, state: verdict.state === 'due' ? 'due' : verdict.because, until: until && until.toISOString(), rule: verdict.rule };
  });
}

interface Asked { id: string; institution_id: string; institution_name: string; words: string; asked_at: string; outcome: 'carried_out' | 'refused' | null; decision_words: string | null; decided_at: string | null }

/** Of all institutions this person learns or learnt at; for that person alone. */
export const ownData = (em: EntityManager, personId: string, now: Date): Promise<OwnData> => em.transactional((inner) => acrossInstitutionsIn(inner as EntityManager, async () => {
  const work = inner as EntityManager;
  const trainings = await trainingsOf(work, personId);
  const [stored] = await work.execute<{ pictures: number; faces: number }[]>(
    `select (select count(*)::int from face_picture where person_id = ?) as pictures, (select count(*)::int from face_enrolment where person_id = ? and sealed_vectors is not null) as faces`, [personId, personId]);
  const requests = await work.execute<Asked[]>('select r.*, i.name as institution_name from deletion_request r join institution i on i.id = r.institution_id where r.person_id = ? order by r.asked_at desc, r.id', [personId]);
  const institutions = new Map(trainings.map((row) => [row.institution_id, { institutionId: row.institution_id, name: row.institution_name }]));
  return {
    pictures: stored!.pictures, faces: stored!.faces, kept: trainings.flatMap((row) => keptOf(row, now)), institutions: [...institutions.values()],
    requests: requests.map((row) => ({
      requestId: row.id, institutionId: row.institution_id, institutionName: row.institution_name, words: row.words, askedAt: new Date(row.asked_at).toISOString(), outcome: row.outcome, decisionWords: row.decision_words,
      decidedAt: row.decided_at && new Date(row.decided_at).toISOString(),
    })),
  };
}));

/** By name: rows of this person as they are kept; document and phone as masks, pictures as what they are and not as bytes. `?`: the person. */
const exported: Readonly<Record<string, string>> = {
  person: 'select name, created_at from person where id = ?',
  identity: 'select document_kind, number_mask, phone_mask, learner_category, employer, authority_status, created_at, changed_at from identity where person_id = ?',
  consents: 'select purpose, version, given, at from consent where person_id = ? order by at',
  trainings: `select i.name as institution, k.title as course, c.title as class, e.created_at as enrolled_at, e.ended_at, e.end_reason from enrolment e join cohort c on c.id = e.cohort_id join course k on k.id = c.course_id join institution i on i.id = e.institution_id where e.person_id = ? order by e.created_at`,
  lessons: `select l.title, l.starts_at, r.held_ms, r.live_ms, r.made_up_ms, r.joined_at, r.left_at, r.asked, r.answered, r.correct, r.checks_asked, r.matched, r.failed, r.missed, r.rule_pack from ledger_row r join lesson l on l.id = r.lesson_id where r.person_id = ? order by l.starts_at, l.id`,
  presence: `select l.title as lesson, c.connected_at, c.left_at, c.left_reason from connection c join lesson l on l.id = c.lesson_id where c.person_id = ? and c.role = 'student' order by c.connected_at, c.id`,
  checks: 'select kind, status, verdict, way, due_at, answered_at, settled_at from face_check where person_id = ? order by due_at, id',
  answers: 'select q.prompt as question, a.choices, a.text, a.correct, a.answered_at from answer a join quiz z on z.id = a.quiz_id join question q on q.id = z.question_id where a.person_id = ? order by a.answered_at, a.id',
  exams: 'select x.title, a.number, a.status, a.points, a.max_points, a.begun_at, a.submitted_at from exam_attempt a join exam x on x.id = a.exam_id where a.person_id = ? order by a.begun_at, a.id',
  chat: 'select l.title as lesson, m.text, m.sent_at from chat_message m join lesson l on l.id = m.lesson_id where m.person_id = ? order by m.sent_at, m.id',
  questions: 'select l.title as lesson, q.text, q.at from qa_post q join lesson l on l.id = q.lesson_id where q.person_id = ? order by q.at, q.id',
  certificates: 'select serial, printed, issued_at, revoked_at, revocation from certificate where person_id = ? order by issued_at, id',
  pictures: 'select taken_at, content_type, size_bytes, delete_after from face_picture where person_id = ? order by taken_at, id',
  looks: 'select fields, reason, at from identity_view where person_id = ? order by at, id',
  deletionRequests: 'select words, asked_at, outcome, decision_words, decided_at from deletion_request where person_id = ? order by asked_at, id',
};

/** Everything of this person, of all institutions; for that person alone. */
export const exportOf = (em: EntityManager, personId: string, now: Date): Promise<Record<string, unknown>> => em.transactional((work) => acrossInstitutionsIn(work as EntityManager, async () => {
  const parts: Record<string, unknown> = { madeAt: now.toISOString(), personId };
  for (const [name, sql] of Object.entries(exported)) parts[name] = await work.execute(sql, [personId]);
  parts['ledger'] = await ledgerOfPerson(work as EntityManager, personId, null);
  parts['kept'] = (await trainingsOf(work as EntityManager, personId)).flatMap((row) => keptOf(row, now));
  return parts;
}));
