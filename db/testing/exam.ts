// Rows for services tests: an exam that every learner of a class began at the same moment, with answers saved; right are those of even places.
import { newId } from '#domain/id.ts';
import { unitOfWork, platform, type Orm } from '../orm.ts';
import { arrayOf } from '../queries/lesson-access.ts';
import type { School } from './school.ts';

export interface TakenExam { examId: string; attemptIds: string[]; deadlineAt: Date }

/** One attempt for each student of the school, begun an hour before `deadlineAt`, with so many questions of two points; heard until after the end. */
export async function addTakenExam(orm: Orm, school: School, { questions, deadlineAt }: { questions: number; deadlineAt: Date }): Promise<TakenExam> {
  const { institutionId, courseId, cohortId, teacherId, studentIds } = school;
  const [examId, startedAt] = [newId(), new Date(deadlineAt.getTime() - 3_600_000)];
  const versionIds = Array.from({ length: questions }, () => newId());
  const attemptIds = studentIds.map(() => newId());
  await unitOfWork(orm, platform, async (em) => {
    for (const id of versionIds) {
      const questionId = newId();
      await em.execute('insert into bank_question (id, institution_id, course_id, version, created_by, created_at) values (?, ?, ?, 1, ?, ?)', [questionId, institutionId, courseId, teacherId, startedAt]);
      await em.execute(
        `insert into question_version (id, institution_id, question_id, version, kind, stem, options, right_choices, accepted, knowledge_point, difficulty, explanation, fingerprint, created_by, created_at)
         values (?, ?, ?, 1, 'trueFalse', 'It is so', '["yes", "no"]', '[0]', '[]', 'fire', 2, '', ?, ?, ?)`, [id, institutionId, questionId, id, teacherId, startedAt]);
    }
    await em.execute(
      `insert into exam (id, institution_id, title, instructions, follows, parts, fixed, free_text, opens_at, closes_at, duration_minutes, pass_percent, attempts, wait_minutes, shuffle_questions, shuffle_options, show_right,
         status, revision, question_count, max_points, created_at, changed_by, changed_at, published_by, published_at)
       values (?, ?, 'Exam', '', ?::jsonb, '[]', '[]', '[]', ?, ?, 60, 60, 1, 0, true, true, true, 'published', 1, ?, ?, ?, ?, ?, ?, ?)`,
      [examId, institutionId, JSON.stringify({ kind: 'course', courseId }), startedAt, deadlineAt, questions, 2 * questions, startedAt, teacherId, startedAt, teacherId, startedAt]);
    await em.execute('insert into exam_cohort (exam_id, cohort_id, institution_id) values (?, ?, ?)', [examId, cohortId, institutionId]);
    await em.execute(
      `insert into exam_attempt (id, institution_id, exam_id, person_id, cohort_id, number, status, device_id, turn, rule_pack, seed, seed_hash, max_points, begun_at, started_at, deadline_at)
       select a.id, ?, ?, a.person_id, ?, 1, 'working', a.id, 1, 'guangdong', 'seed', 'hash', ?, ?, ?, ? from unnest(?::uuid[], ?::uuid[]) as a(id, person_id)`,
      [institutionId, examId, cohortId, 2 * questions, startedAt, startedAt, deadlineAt, arrayOf(attemptIds), arrayOf(studentIds)]);
    await em.execute(
      `insert into exam_item (attempt_id, ordinal, institution_id, version_id, points, option_order, answer, revision, saved_at)
       select a.id, v.ordinal, ?, v.id, 2, '[0, 1]', jsonb_build_object('choices', jsonb_build_array(v.ordinal % 2)), 1, ?
       from unnest(?::uuid[]) as a(id) cross join unnest(?::uuid[]) with ordinality as v(id, ordinal)`, [institutionId, startedAt, arrayOf(attemptIds), arrayOf(versionIds)]);
    await em.execute('insert into exam_contact (attempt_id, from_at, institution_id, last_seen_at) select id, ?, ?, ? from unnest(?::uuid[]) as a(id)',
      [startedAt, institutionId, new Date(deadlineAt.getTime() + 1_000), arrayOf(attemptIds)]);
  });
  return { examId, attemptIds, deadlineAt };
}
