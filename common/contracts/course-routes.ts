// Routes of courses: dossier, versions handed in, content review, instructors. All answer not_found to whoever has no part in the institution of the row.
import Type from 'typebox';
import { CourseBody, CourseList, DossierDetail, DossierEdit, DossierVersion, DossierVersions, ReviewBody, ReviewState, SubmissionBody } from './course.ts';
import { Instructor, InstructorBody, InstructorEdit, InstructorList } from './instructor.ts';
import { Closed, Uuid } from './shapes.ts';

const office = ['admin', 'institution'] as const;
const reviewers = ['admin', 'institution', 'teacher'] as const;
/** Teachers and regulators of the institution read and change nothing. */
const readers = ['admin', 'institution', 'teacher', 'regulator'] as const;
const OneCourse = Closed({ courseId: Uuid });

export const courseRoutes = {
  'GET /api/courses': { by: readers, reply: CourseList },
  /** With a first draft of its dossier. Errors: not_found (an institution that is not one's own). */
  'POST /api/courses': { by: office, body: CourseBody, reply: DossierDetail },
  /** The draft, else the newest handed in, with what it lacks (R36 to R43, R50, R51, R122). */
  'GET /api/courses/:courseId/dossier': { by: readers, params: OneCourse, reply: DossierDetail },
  /** Saves the draft, or begins a new one of what was handed in; the same again changes nothing. Errors: dossier_changed (somebody was faster), not_found (an instructor of another institution). */
  'PUT /api/courses/:courseId/dossier': { by: office, params: OneCourse, body: DossierEdit, bodyMaxBytes: 2_000_000, reply: DossierDetail },
  /** Freezes the draft with its hash. Errors: dossier_changed, dossier_incomplete (`problems` that block say why), dossier_submitted (there is no draft). */
  'POST /api/courses/:courseId/dossier/submission': { by: office, params: OneCourse, body: SubmissionBody, reply: DossierDetail },
  'GET /api/courses/:courseId/dossier/versions': { by: readers, params: OneCourse, reply: DossierVersions },
  'GET /api/courses/:courseId/dossier/versions/:version': { by: readers, params: Closed({ courseId: Uuid, version: Type.String({ pattern: '^[1-9]\\d{0,5}$' }) }), reply: DossierVersion },
  'GET /api/courses/:courseId/content-reviews': { by: readers, params: OneCourse, reply: ReviewState },
  /** Errors: review_own_work (wrote the draft or brought a file), review_outdated (something changed meanwhile), signature_differs, bad_request (a class missing, or found without a word). */
  'POST /api/courses/:courseId/content-reviews': { by: reviewers, params: OneCourse, body: ReviewBody, reply: ReviewState },
  'GET /api/instructors': { by: readers, reply: InstructorList },
  /** Errors of both: not_found (institution, or no teacher there), bad_request (a level that is none of its kind), instructor_double (that teacher is one already). */
  'POST /api/instructors': { by: office, body: InstructorBody, reply: Instructor },
  /** And instructor_changed (somebody was faster). */
  'PUT /api/instructors/:instructorId': { by: office, params: Closed({ instructorId: Uuid }), body: InstructorEdit, reply: Instructor },
} as const;
