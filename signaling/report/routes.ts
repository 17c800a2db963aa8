// REST of reports: everything for staff and those who oversee, one's own row for a learner; the workbook is not for learners.
import type { LessonQuizzes, LessonReport } from '#contracts/report.ts';
import { lessonQuizzes } from '#db/queries/quiz-report.ts';
import { lessonReport } from '#db/queries/report.ts';
import { roleInLesson } from '#db/queries/lesson-access.ts';
import { DomainError } from '#domain/errors.ts';
import type { LessonRole } from '#domain/roles.ts';
import type { Deps } from '../deps.ts';
import type { FileAnswer } from '../http/file-answer.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { reportWorkbook } from './workbook.ts';

type Mine = 'GET /api/lessons/:lessonId/report' | 'GET /api/lessons/:lessonId/quizzes' | 'GET /api/lessons/:lessonId/report.xlsx';
const workbookType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

async function requireRole(deps: Deps, personId: string, lessonId: string): Promise<LessonRole> {
  const role = await roleInLesson(deps.orm.em.fork(), personId, lessonId);
  if (!role) throw new DomainError('not_found', 'no such lesson');
  return role;
}

/** Throws not_found for whoever has no role in the lesson. */
async function reportFor(deps: Deps, personId: string, lessonId: string): Promise<LessonReport> {
  const role = await requireRole(deps, personId, lessonId);
  const report = await lessonReport(deps.orm.em.fork(), lessonId, deps.now());
  return role === 'student' ? { ...report, rows: report.rows.filter((row) => row.personId === personId) } : report;
}

/** Throws not_found for whoever has no role in the lesson. */
async function quizzesFor(deps: Deps, personId: string, lessonId: string): Promise<LessonQuizzes> {
  const role = await requireRole(deps, personId, lessonId);
  return lessonQuizzes(deps.orm.em.fork(), lessonId, deps.now(), role === 'student' ? personId : null);
}

/** Throws not_found, forbidden for a learner. */
async function workbookFor(deps: Deps, personId: string, lessonId: string, locale: 'zh' | 'en'): Promise<FileAnswer> {
  if ((await requireRole(deps, personId, lessonId)) === 'student') throw new DomainError('forbidden', 'the workbook is for staff');
  const report = await lessonReport(deps.orm.em.fork(), lessonId, deps.now());
  const bytes = await reportWorkbook(report, await lessonQuizzes(deps.orm.em.fork(), lessonId, deps.now()), locale);
  const fileName = `${report.title}-${report.startsAt.slice(0, 10)}.xlsx`;
  return { type: workbookType, sizeBytes: bytes.length, fileName, open: () => bytes };
}

export function reportRoutes(deps: Deps): Pick<RouteHandlers, Mine> {
  return {
    'GET /api/lessons/:lessonId/report': ({ person, params }) => reportFor(deps, person.personId, params.lessonId),
    'GET /api/lessons/:lessonId/quizzes': ({ person, params }) => quizzesFor(deps, person.personId, params.lessonId),
    'GET /api/lessons/:lessonId/report.xlsx': ({ person, params, query }) =>
      workbookFor(deps, person.personId, params.lessonId, query.locale ?? person.locale),
  };
}
