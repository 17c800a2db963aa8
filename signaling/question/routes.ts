// REST of the question bank: questions, their pictures, sets, import.
import { join } from 'node:path';
import { workbookReader } from '#runtime/workbook-reader.ts';
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { importQuestions } from './import.ts';
import { keepPicture, readPicture } from './pictures.ts';
import { bankCourses, readBank, readQuestion } from './reading.ts';
import { addSet, editSet, readSets, removeSet } from './sets.ts';
import type { ReadQuestions } from './sheet-thread.ts';
import { mostImportRows, questionTemplate } from './template.ts';
import { addQuestion, editQuestion, retireQuestion } from './versions.ts';

type Mine = 'GET /api/question-banks' | 'GET /api/courses/:courseId/questions' | 'POST /api/courses/:courseId/questions' | 'GET /api/questions/:questionId' | 'PUT /api/questions/:questionId'
  | 'PUT /api/questions/:questionId/retirement' | 'POST /api/courses/:courseId/question-pictures' | 'GET /api/question-pictures/:pictureId' | 'GET /api/courses/:courseId/question-sets'
  | 'POST /api/courses/:courseId/question-sets' | 'PUT /api/question-sets/:setId' | 'DELETE /api/question-sets/:setId' | 'GET /api/question-template.xlsx' | 'POST /api/courses/:courseId/question-import';

export function questionRoutes(deps: Deps): Pick<RouteHandlers, Mine> {
  const reader = workbookReader<ReadQuestions>(deps.log, { thread: join(import.meta.dirname, 'sheet-thread.ts'), mostRows: mostImportRows });
  return {
    'GET /api/question-banks': ({ person }) => bankCourses(deps, person.personId),
    'GET /api/courses/:courseId/questions': ({ person, params, query }) => readBank(deps, person.personId, params.courseId, query),
    'POST /api/courses/:courseId/questions': ({ person, params, body }) => addQuestion(deps, person.personId, params.courseId, body),
    'GET /api/questions/:questionId': ({ person, params }) => readQuestion(deps, person.personId, params.questionId),
    'PUT /api/questions/:questionId': ({ person, params, body }) => editQuestion(deps, person.personId, params.questionId, body),
    'PUT /api/questions/:questionId/retirement': ({ person, params, body }) => retireQuestion(deps, person.personId, params.questionId, body.retired),
    'POST /api/courses/:courseId/question-pictures': ({ person, params, body }) => keepPicture(deps, person.personId, params.courseId, body),
    'GET /api/question-pictures/:pictureId': ({ person, params }) => readPicture(deps, person.personId, params.pictureId),
    'GET /api/courses/:courseId/question-sets': ({ person, params }) => readSets(deps, person.personId, params.courseId),
    'POST /api/courses/:courseId/question-sets': ({ person, params, body }) => addSet(deps, person.personId, params.courseId, body),
    'PUT /api/question-sets/:setId': ({ person, params, body }) => editSet(deps, person.personId, params.setId, body),
    'DELETE /api/question-sets/:setId': ({ person, params }) => removeSet(deps, person.personId, params.setId),
    'GET /api/question-template.xlsx': ({ person, query }) => questionTemplate(query.locale ?? person.locale),
    'POST /api/courses/:courseId/question-import': ({ person, params, query, body }) =>
      importQuestions(deps, reader, { personId: person.personId, courseId: params.courseId, mode: query.mode }, body),
  };
}
