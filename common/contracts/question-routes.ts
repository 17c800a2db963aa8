// REST of question banks: questions and their versions, pictures, sets, import from a workbook.
import Type from 'typebox';
import {
  BankCourses, BankPage, BankQuery, BankQuestion, BankQuestionDetail, ImportQuery, ImportReport, PictureKept, QuestionBody, QuestionEdit, QuestionSet, QuestionSetBody, QuestionSets, RetireBody,
} from './question.ts';
import { Closed, Empty, OneOf, Uuid } from './shapes.ts';

/** Whether they keep the bank of that course is asked of the course. */
const bankKeepers = ['admin', 'institution', 'teacher'] as const;
const OneCourse = Closed({ courseId: Uuid });
const OneQuestion = Closed({ questionId: Uuid });

export const questionRoutes = {
  /** Courses whose question bank this person keeps: those of an institution one manages, and those one teaches or assists in. All below answer not_found for any other course. */
  'GET /api/question-banks': { by: bankKeepers, reply: BankCourses },
  'GET /api/courses/:courseId/questions': { by: bankKeepers, params: OneCourse, query: BankQuery, reply: BankPage },
  /** Errors: question_right_missing, question_invalid, question_double (the bank asks this already), not_found (another course's picture). */
  'POST /api/courses/:courseId/questions': { by: bankKeepers, params: OneCourse, body: QuestionBody, reply: BankQuestion },
  'GET /api/questions/:questionId': { by: bankKeepers, params: OneQuestion, reply: BankQuestionDetail },
  /** Makes a new version; the same again makes none. Errors as for a new one, and question_changed (somebody was faster), question_retired. */
  'PUT /api/questions/:questionId': { by: bankKeepers, params: OneQuestion, body: QuestionEdit, reply: BankQuestion },
  /** Takes a question out of use, or back in; what was asked stays. */
  'PUT /api/questions/:questionId/retirement': { by: bankKeepers, params: OneQuestion, body: RetireBody, reply: BankQuestion },
  /** For a stem. Errors: picture_invalid, picture_too_large (2 MB). */
  'POST /api/courses/:courseId/question-pictures': { by: bankKeepers, params: OneCourse, body: 'picture', reply: PictureKept },
  'GET /api/question-pictures/:pictureId': { by: bankKeepers, params: Closed({ pictureId: Uuid }), reply: 'file' },
  'GET /api/courses/:courseId/question-sets': { by: bankKeepers, params: OneCourse, reply: QuestionSets },
  /** Errors of both: not_found (a question of another course), question_retired, bad_request (one twice). */
  'POST /api/courses/:courseId/question-sets': { by: bankKeepers, params: OneCourse, body: QuestionSetBody, reply: QuestionSet },
  'PUT /api/question-sets/:setId': { by: bankKeepers, params: Closed({ setId: Uuid }), body: QuestionSetBody, reply: QuestionSet },
  /** The questions stay. */
  'DELETE /api/question-sets/:setId': { by: bankKeepers, params: Closed({ setId: Uuid }), reply: Empty },
  /** An empty table with the headings an import knows, and examples beside it. */
  'GET /api/question-template.xlsx': { by: bankKeepers, query: Closed({ locale: Type.Optional(OneOf(['zh', 'en'] as const)) }), reply: 'file' },
  /** All rows or none. Errors: sheet_invalid (no XLSX file, or the headings are not there), sheet_too_large (bytes, unpacked bytes, rows). */
  'POST /api/courses/:courseId/question-import': { by: bankKeepers, params: OneCourse, query: ImportQuery, body: 'workbook', reply: ImportReport },
} as const;
