// A lesson that was taught, as rows: told learner by learner in minutes from its start, for tests of what is said of it afterwards.
import { FaceCheck } from '#db/entities/check.ts';
import { Answer, ChatMessage, Hand, Question, Quiz, QuizAsked, StageVisit } from '#db/entities/classroom.ts';
import { Connection, Interruption, Lesson, LessonSession, LessonStaff, Observation, Unit } from '#db/entities/lesson.ts';
import { Enrolment, Person } from '#db/entities/people.ts';
import type { EntityManager, Orm } from '#db/orm.ts';
import type { Verdict } from '#domain/check.ts';
import { newId } from '#domain/id.ts';
import type { LeftReason } from '#domain/presence/facts.ts';

export interface InCohort { institutionId: string; cohortId: string; courseId: string; teacherId: string }
/** One learner: seats `[from, to, how it ended]`; times the page was hidden; checks by minute; one answer per question (null: asked and silent, undefined: not asked); hands. */
export interface Story {
  seats?: [number, number, LeftReason][]; hidden?: [number, number][]; checks?: [number, Verdict][]; answers?: ('right' | 'wrong' | null | undefined)[]; hands?: number[];
}
export interface ClassPlan {
  startsAt: Date; title?: string; units?: [number, number][]; interruptions?: [number, number][]; questions?: { at: number; until: number; prompt: string }[]; chat?: number[];
  onStage?: [learner: number, from: number, to: number][];
}
export interface TaughtClass { lessonId: string; sessionId: string; unitIds: string[]; at: (minutes: number) => Date }

const atOnce = 2_000;
async function inParts<Row>(rows: readonly Row[], insert: (some: Row[]) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < rows.length; from += atOnce) await insert(rows.slice(from, from + atOnce));
}

/** Learners enrolled since `since`, with these names; they have no accounts. */
export async function addLearners(orm: Orm, { institutionId, cohortId }: Pick<InCohort, 'institutionId' | 'cohortId'>, names: readonly string[], since: Date): Promise<string[]> {
  const em = orm.em.fork();
  const people = names.map((name) => ({ id: newId(), name, createdAt: since }));
  await inParts(people, (some) => em.insertMany(Person, some));
  await inParts(people.map(({ id }) => ({ id: newId(), institutionId, cohortId, personId: id, createdAt: since, endedAt: null })), (some) => em.insertMany(Enrolment, some));
  return people.map(({ id }) => id);
}

interface Writing { em: EntityManager; of: InCohort; taught: TaughtClass; learners: readonly { personId: string; story: Story }[] }

/** Somebody who is there touches the device now and then. */
const touchedEvery = 5;
async function addPresence({ em, of: { institutionId }, taught: { lessonId, sessionId, at }, learners }: Writing): Promise<void> {
  const seats = learners.flatMap(({ personId, story }) => (story.seats ?? []).map(([from, to, leftReason]) => ({ id: newId(), personId, story, from, to, leftReason })));
  await inParts(seats.map(({ id, personId, from, to, leftReason }) => ({
    id, institutionId, lessonId, sessionId, personId, role: 'student' as const, deviceId: `device-${id}`, connectedAt: at(from), lastSeenAt: at(to), leftAt: at(to), leftReason, visible: true,
  })), (some) => em.insertMany(Connection, some));
  await inParts(seats.flatMap(({ id, personId, story, from, to }) => {
    const seen = (type: 'active' | 'hidden' | 'visible', minute: number) => ({ id: newId(), institutionId, lessonId, connectionId: id, personId, type, at: at(minute), value: null });
    const hidden = (story.hidden ?? []).filter(([away]) => away >= from && away < to);
    return [
      ...Array.from({ length: Math.ceil((to - from) / touchedEvery) }, (_, count) => seen('active', from + count * touchedEvery)),
      ...hidden.flatMap(([away, back]) => [seen('hidden', away), seen('visible', back)]),
    ];
  }), (some) => em.insertMany(Observation, some));
}

async function addQuestions({ em, of: { institutionId, courseId, teacherId }, taught: { lessonId, sessionId, at }, learners }: Writing, questions: NonNullable<ClassPlan['questions']>): Promise<void> {
  for (const [number, { at: from, until, prompt }] of questions.entries()) {
    const [questionId, quizId] = [newId(), newId()];
    await em.insert(Question, { id: questionId, institutionId, courseId, kind: 'single', prompt, options: ['甲', '乙', '丙', '丁'], rightChoices: [0], createdBy: teacherId, createdAt: at(from) });
    await em.insert(Quiz, { id: quizId, institutionId, lessonId, sessionId, questionId, openedAt: at(from), deadlineAt: at(until), closedAt: at(until) });
    const asked = learners.flatMap(({ personId, story }) => (story.answers?.[number] === undefined ? [] : [{ personId, given: story.answers[number] }]));
    await inParts(asked.map(({ personId }) => ({ quizId, personId, institutionId, askedAt: at(from) })), (some) => em.insertMany(QuizAsked, some));
    await inParts(asked.filter(({ given }) => given !== null).map(({ personId, given }) => (
      { id: newId(), institutionId, quizId, personId, choices: [given === 'right' ? 0 : 1], correct: given === 'right', answeredAt: at((from + until) / 2) })), (some) => em.insertMany(Answer, some));
  }
}

async function addOthers({ em, of: { institutionId, teacherId }, taught: { lessonId, sessionId, unitIds, at }, learners }: Writing, { chat = [], onStage = [] }: ClassPlan): Promise<void> {
  await inParts(learners.flatMap(({ personId, story }) => (story.checks ?? []).map(([minute, verdict]) => ({
    id: newId(), institutionId, lessonId, sessionId, unitId: unitIds[0] ?? null, personId, kind: 'spot' as const, status: 'settled' as const, dueAt: at(minute), windowMs: 60_000, nonce: 'n', askedAt: at(minute),
    deadlineAt: at(minute + 1), answeredAt: verdict === 'missed' ? null : at(minute + 0.2), settledAt: at(minute + 1), verdict, pictureId: null, modelId: null, measures: null, refusals: 0,
  }))), (some) => em.insertMany(FaceCheck, some));
  await inParts(learners.flatMap(({ personId, story }) => (story.hands ?? []).map((minute) => (
    { id: newId(), institutionId, sessionId, personId, raisedAt: at(minute), loweredAt: at(minute + 1), loweredBy: teacherId }))), (some) => em.insertMany(Hand, some));
  await inParts(chat.map((minute) => ({ id: newId(), institutionId, lessonId, personId: teacherId, text: '好的', sentAt: at(minute) })), (some) => em.insertMany(ChatMessage, some));
  await inParts(onStage.map(([learner, from, to]) => (
    { id: newId(), institutionId, sessionId, personId: learners[learner]!.personId, invitedAt: at(from), acceptedAt: at(from), leftAt: at(to) })), (some) => em.insertMany(StageVisit, some));
}

/** A lesson that is over; of units that are not named there is one, of 45 minutes. */
export async function addTaughtClass(orm: Orm, of: InCohort, learners: Writing['learners'], plan: ClassPlan): Promise<TaughtClass> {
  const em = orm.em.fork();
  const { institutionId, cohortId, teacherId } = of;
  const { startsAt, title = '焊接安全', units = [[0, 45]], interruptions = [], questions = [] } = plan;
  const [lessonId, sessionId] = [newId(), newId()];
  const at = (minutes: number): Date => new Date(startsAt.getTime() + Math.round(minutes * 60_000));
  const endsAt = at(units.at(-1)![1]);
  await em.insert(Lesson, { id: lessonId, institutionId, cohortId, title, startsAt, plannedMinutes: 45 * units.length, recorded: true, status: 'ended', createdAt: startsAt });
  await em.insert(LessonStaff, { id: newId(), institutionId, lessonId, personId: teacherId, role: 'teacher' });
  const unitRows = units.map(([from, to], index) => ({ id: newId(), institutionId, lessonId, ordinal: index + 1, plannedStartAt: at(from), plannedMinutes: 45, startedAt: at(from), endedAt: at(to) }));
  await em.insertMany(Unit, unitRows);
  await em.insert(LessonSession, {
    id: sessionId, institutionId, lessonId, roomId: newId(), leadPersonId: teacherId, checkSeed: 'ab'.repeat(32), checkSeedHash: 'cd'.repeat(32), startedAt: startsAt, endedAt: endsAt, endReason: 'teacher',
  });
  await inParts(interruptions.map(([from, to]) => ({ id: newId(), institutionId, sessionId, startedAt: at(from), endedAt: at(to), reason: 'lead_gone' as const })), (some) => em.insertMany(Interruption, some));
  const writing: Writing = { em, of, taught: { lessonId, sessionId, unitIds: unitRows.map(({ id }) => id), at }, learners };
  await addPresence(writing);
  await addQuestions(writing, questions);
  await addOthers(writing, plan);
  return writing.taught;
}
