// Lessons that are studied from films within a period: what an office plans them with, and their routes. Learners watch them by the routes of replays.
import Type, { type Static } from 'typebox';
import { lessonStatuses } from '#domain/lesson.ts';
import { mostFilmsOfLesson } from '#domain/lesson-kind.ts';
import { PersonBrief } from './person.ts';
import { Closed, Instant, OneOf, Uuid } from './shapes.ts';

export const RecordedLesson = Closed({
  lessonId: Uuid, title: Type.String(), cohortTitle: Type.String(), status: OneOf(lessonStatuses), opensAt: Instant, closesAt: Instant, units: Type.Integer(), minutes: Type.Integer(),
  /** Learners enrolled now; those of them who have studied anything of it. */
  learners: Type.Integer(), began: Type.Integer(),
});
export type RecordedLesson = Static<typeof RecordedLesson>;
/** Films are those that are published; lessons newest first, cancelled ones left out. */
export const RecordedPlan = Closed({
  courseTitle: Type.String(),
  films: Type.Array(Closed({ filmId: Uuid, title: Type.String(), units: Type.Integer(), durationMs: Type.Integer() })),
  cohorts: Type.Array(Closed({ cohortId: Uuid, title: Type.String(), learners: Type.Integer() })),
  teachers: Type.Array(PersonBrief), lessons: Type.Array(RecordedLesson),
});
export type RecordedPlan = Static<typeof RecordedPlan>;
/** `filmIds` in the order of study. */
export const RecordedBody = Closed({
  cohortId: Uuid, title: Type.String({ minLength: 1, maxLength: 120 }), filmIds: Type.Array(Uuid, { minItems: 1, maxItems: mostFilmsOfLesson }),
  opensAt: Instant, closesAt: Instant, teacherIds: Type.Array(Uuid, { minItems: 1, maxItems: 8 }),
});
export type RecordedBody = Static<typeof RecordedBody>;
export const PeriodBody = Closed({ opensAt: Instant, closesAt: Instant, reason: Type.String({ minLength: 1, maxLength: 500 }) });
export type PeriodBody = Static<typeof PeriodBody>;

const planners = ['admin', 'institution'] as const;

export const recordedRoutes = {
  /** Errors: not_found (a course of an institution one does not plan for). */
  'GET /api/courses/:courseId/recorded-lessons': { by: planners, params: Closed({ courseId: Uuid }), reply: RecordedPlan },
  /**
   * Gives films to a cohort, to be studied from `opensAt` until before `closesAt`. Errors: not_found (a cohort one does not plan for, a film of another course), film_not_ready (not published), film_given (the cohort has a lesson of it), bad_request (one film twice, more than 600
   * minutes, foreign teachers, a period that is over, longer than a year, or not an hour longer than the films).
   */
  'POST /api/recorded-lessons': { by: planners, body: RecordedBody, reply: Closed({ lessonId: Uuid }) },
  /** Another period: its beginning only before it opened, its end never before now. What was studied stays. Errors: not_found (no such lesson, or none with a period), lesson_move_refused (cancelled, or open already), bad_request. */
  'PUT /api/recorded-lessons/:lessonId/period': { by: planners, params: Closed({ lessonId: Uuid }), body: PeriodBody, reply: RecordedLesson },
} as const;
