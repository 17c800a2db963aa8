// A small cohort whose every figure was reckoned by hand, for tests that page, file, paper and the gate of certificates all say the same (R23 to R27, R29, R65, R114).
//
// Two lessons of two units, each 45 minutes: 180 minutes held. Questions at minutes 5, 30 and 60 of the first, at 10 and 50 of the second. A spot check of everybody at minute 30 of each. An exam of ten points, passed from six on, two tries.
//
// 张华 is there, with a line that breaks: away from 20:00 to 22:30 and from 50:00 to 50:30 of the first lesson. 180 − 2.5 − 0.5 = 177 minutes, 177/180 = 98.33 %. Four of five answers right. Exam: 5, then 8 points.
// 李敏 leaves the second lesson after its first unit: 135 minutes. Makes up half an hour of the other 45 minutes in the replay: 165/180 = 91.66 %. Asked four questions, as the fifth was asked when she was gone; all right. Exam: 9.
// 王强 is there all the time; the check in the first lesson sees another face. No check before it was passed: it takes 45 minutes from the beginning, 135/180 = 75 %. He appeals; it is decided for him later: 180/180. All answers right. Exam: 7.
// 赵磊 leaves the second lesson after 60 minutes: 150/180 = 83.33 %. Three of five answers right, one not given. Exam: 5, then 5 points.
import { randomUUID } from 'node:crypto';
import type { Orm } from '../orm.ts';
import { unitOfWork } from '../orm.ts';
import { FaceCheck } from '../entities/check.ts';
import { MakeUp } from '../entities/make-up.ts';
import { Account, Cohort } from '../entities/people.ts';
import { Appeal, ReviewDecision } from '../entities/review.ts';
import { arrayOf } from '../queries/lesson-access.ts';
import { reckonLedger } from '../queries/ledger-reckon.ts';
import { refreshDue } from '../queries/ledger-sums.ts';
import type { CertificateLack } from '#domain/certificate.ts';
import { newId } from '#domain/id.ts';
import { addMadeUpIdentities } from './identity.ts';
import { addRecording, addReplay } from './replay.ts';
import { addLearners, addTaughtClass, type InCohort, type Story, type TaughtClass } from './taught-class.ts';

/** Minutes; shares in thousandths, cut. `missing`: what keeps the certificate back; empty: it may be issued. `lessons`: live minutes of each. */
export interface Golden {
  name: string; held: number; live: number; madeUp: number; attendance: number; asked: number; answered: number; correct: number; accuracy: number; checks: { asked: number; matched: number; failed: number };
  exam: { best: number; passed: boolean }; missing: readonly CertificateLack[]; lessons: readonly [number, number];
}
const checksPassed = { asked: 2, matched: 2, failed: 0 };
export const golden: readonly Golden[] = [
  { name: '张华', held: 180, live: 177, madeUp: 0, attendance: 983, asked: 5, answered: 5, correct: 4, accuracy: 800, checks: checksPassed, exam: { best: 800, passed: true }, missing: [], lessons: [87, 90] },
  { name: '李敏', held: 180, live: 135, madeUp: 30, attendance: 916, asked: 4, answered: 4, correct: 4, accuracy: 1000, checks: checksPassed, exam: { best: 900, passed: true }, missing: [], lessons: [90, 45] },
  {
    name: '王强', held: 180, live: 135, madeUp: 0, attendance: 750, asked: 5, answered: 5, correct: 5, accuracy: 1000, checks: { asked: 2, matched: 1, failed: 1 }, exam: { best: 700, passed: true },
    missing: ['attendance_low', 'unsettled'], lessons: [45, 90],
  },
  {
    name: '赵磊', held: 180, live: 150, madeUp: 0, attendance: 833, asked: 5, answered: 4, correct: 3, accuracy: 600, checks: checksPassed, exam: { best: 500, passed: false }, missing: ['accuracy_low', 'exam_failed'], lessons: [90, 60],
  },
];
/** After it was decided that it was 王强 who sat there. */
export const goldenDecided: readonly Golden[] = golden.map((one) => (one.name === '王强' ? { ...one, live: 180, attendance: 1000, checks: checksPassed, missing: [], lessons: [90, 90] as const } : one));

const stories: readonly (readonly [Story, Story])[] = [
  [{ seats: [[0, 20, 'cut'], [22.5, 50, 'cut'], [50.5, 90, 'left']], checks: [[30, 'matched']], answers: ['right', 'right', 'wrong'] }, { seats: [[0, 90, 'left']], checks: [[30, 'matched']], answers: ['right', 'right'] }],
  [{ seats: [[0, 90, 'left']], checks: [[30, 'matched']], answers: ['right', 'right', 'right'] }, { seats: [[0, 45, 'left']], checks: [[30, 'matched']], answers: ['right', undefined] }],
  [{ seats: [[0, 90, 'left']], checks: [[30, 'mismatched']], answers: ['right', 'right', 'right'] }, { seats: [[0, 90, 'left']], checks: [[30, 'matched']], answers: ['right', 'right'] }],
  [{ seats: [[0, 90, 'left']], checks: [[30, 'matched']], answers: ['right', 'wrong', null] }, { seats: [[0, 60, 'left']], checks: [[30, 'matched']], answers: ['right', 'right'] }],
];
/** Points of each try, of ten. */
const tries: readonly (readonly number[])[] = [[5, 8], [9], [7], [5, 5]];

export interface GoldenCohort {
  cohortId: string; personIds: string[]; accountIds: string[]; lessons: readonly [TaughtClass, TaughtClass];
  /** Decides the appeal of 王强: it was he. */
  decide: (by: string, at: Date) => Promise<void>;
  /** Reckons what is due, as the worker does a little later. */
  settle: (now: Date) => Promise<void>;
}

/** The second half of the second lesson as a film, and half an hour of it watched, signed in, two hours after class. */
async function addMakeUp(orm: Orm, { institutionId }: InCohort, { lessonId, sessionId, unitIds, at }: TaughtClass, personId: string): Promise<void> {
  const unitId = unitIds[1]!;
  const recordingId = await addRecording(orm, { institutionId, lessonId, sessionId, at: at(0) }, { status: 'ready' });
  const replayId = await addReplay(orm, { institutionId, lessonId, recordingId, unitId, startsAt: at(45), durationMs: 45 * 60_000 });
  const [viewingId, em, watchedBy] = [newId(), orm.em.fork(), at(240).getTime()];
  await em.insert(MakeUp, {
    viewingId, institutionId, lessonId, sessionId, unitId, personId, replayId, filmStartsAt: at(45), open: [[0, 45 * 60_000]], watched: [[at(45).getTime(), at(75).getTime(), watchedBy]], reachMs: 30 * 60_000,
    checkSeed: 'ab'.repeat(32), checkSeedHash: 'cd'.repeat(32), spotsAsked: 0, closesAt: at(7 * 24 * 60), begunAt: at(200), endedAt: at(240),
  });
  await em.insert(FaceCheck, {
    id: newId(), institutionId, lessonId, sessionId, unitId, personId, viewingId, clockMs: 0, kind: 'sign_in', status: 'settled', dueAt: at(200), windowMs: 60_000, nonce: 'n', askedAt: at(200), deadlineAt: at(201), answeredAt: at(200.2),
    settledAt: at(200.3), verdict: 'matched', pictureId: null, modelId: null, measures: null, refusals: 0,
  });
}

async function addExam(orm: Orm, { institutionId, cohortId, courseId, teacherId }: InCohort, personIds: readonly string[], at: Date): Promise<void> {
  const em = orm.em.fork();
  const examId = newId();
  await em.execute(
    `insert into exam (id, institution_id, title, instructions, follows, parts, fixed, free_text, opens_at, closes_at, duration_minutes, pass_percent, attempts, wait_minutes, shuffle_questions, shuffle_options, show_right,
       status, revision, question_count, max_points, created_at, changed_by, changed_at, published_by, published_at)
     values (?, ?, '结业考核', '', ?::jsonb, '[]', '[]', '[]', ?, ?, 60, 60, 2, 0, true, true, true, 'published', 1, 1, 10, ?, ?, ?, ?, ?)`,
    [examId, institutionId, JSON.stringify({ kind: 'course', courseId }), at, new Date(at.getTime() + 7_200_000), at, teacherId, at, teacherId, at]);
  await em.execute('insert into exam_cohort (exam_id, cohort_id, institution_id) values (?, ?, ?)', [examId, cohortId, institutionId]);
  for (const [index, points] of tries.entries()) for (const [before, reached] of points.entries()) {
    const began = new Date(at.getTime() + before * 1_800_000);
    const over = new Date(began.getTime() + 1_200_000);
    await em.execute(
      `insert into exam_attempt (id, institution_id, exam_id, person_id, cohort_id, number, status, device_id, turn, rule_pack, seed, seed_hash, max_points, begun_at, started_at, deadline_at, submitted_at, submit_reason, points)
       values (?, ?, ?, ?, ?, ?, 'submitted', ?, 1, 'default@1', 'seed', 'hash', 10, ?, ?, ?, ?, 'self', ?)`,
      [newId(), institutionId, examId, personIds[index], cohortId, before + 1, newId(), began, began, new Date(began.getTime() + 3_600_000), over, reached]);
  }
}

/** Taught on two days from `startsAt` on, the exam an hour after the second lesson. Nothing is reckoned yet. */
export async function addGoldenCohort(orm: Orm, school: Omit<InCohort, 'cohortId'>, startsAt: Date): Promise<GoldenCohort> {
  const em = orm.em.fork();
  const { institutionId, courseId } = school;
  const cohortId = newId();
  const since = new Date(startsAt.getTime() - 86_400_000);
  await em.insert(Cohort, { id: cohortId, institutionId, courseId, title: '手算班', rulePack: null, programme: 'project', createdAt: since });
  const of = { ...school, cohortId };
  const personIds = await addLearners(orm, of, golden.map(({ name }) => name), since);
  const accountIds = personIds.map(() => newId());
  await em.insertMany(Account, personIds.map((personId, index) => ({ id: accountIds[index]!, personId, login: `golden-${randomUUID()}`, passwordHash: '-', locale: 'zh' as const, createdAt: since, disabledAt: null })));
  await addMadeUpIdentities(em, personIds, since);
  const day = (index: 0 | 1, questions: readonly number[]) => addTaughtClass(orm, of, personIds.map((personId, who) => ({ personId, story: stories[who]![index] })), {
    startsAt: new Date(startsAt.getTime() + index * 86_400_000), title: ['安全用电', '触电急救'][index]!, units: [[0, 45], [45, 90]], questions: questions.map((at) => ({ at, until: at + 1, prompt: '题' })),
  });
  const lessons = [await day(0, [5, 30, 60]), await day(1, [10, 50])] as const;
  await addMakeUp(orm, of, lessons[1], personIds[1]!);
  await addExam(orm, of, personIds, lessons[1].at(150));
  const check = await em.findOneOrFail(FaceCheck, { lessonId: lessons[0].lessonId, personId: personIds[2]! });
  const appealId = newId();
  await em.insert(Appeal, {
    id: appealId, institutionId, lessonId: lessons[0].lessonId, attemptId: null, personId: personIds[2]!, checkId: check.id, unitId: null, fromAt: null, toAt: null, text: '是我本人，灯光太暗了看不清', createdAt: lessons[0].at(120), decidedAt: null,
  });
  return {
    cohortId, personIds, accountIds, lessons,
    async decide(by, at) {
      await unitOfWork(orm, { personId: by, institutionId }, async (work) => {
        await work.insert(ReviewDecision, {
          id: newId(), institutionId, lessonId: lessons[0].lessonId, attemptId: null, personId: personIds[2]!, subject: 'check', checkId: check.id, appealId, outcome: 'overturned', reason: '照片里是本人', replacesId: null, decidedBy: by, decidedAt: at,
        });
        await work.execute('update appeal set decided_at = ? where id = ?', [at, appealId]);
      });
    },
    async settle(now) {
      // What is due a little later by the database's clock is due now: nothing more comes.
      await em.execute('update ledger_due set due_at = now() where cohort_id = ? or lesson_id = any(?::uuid[])', [cohortId, arrayOf(lessons.map(({ lessonId }) => lessonId))]);
      for (const { lessonId } of lessons) await reckonLedger(orm, lessonId, now, { all: true });
      while (await unitOfWork(orm, { personId: null, institutionId }, (work) => refreshDue(work, cohortId, now)) > 0) { /* until none is due */ }
    },
  };
}
