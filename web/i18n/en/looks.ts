// Texts of the list of what regulators looked at.
import type { LookArea, LookKind } from '#domain/look.ts';
import type { Texts } from '../gather.ts';

const area: Record<LookArea, string> = {
  live: 'Entered a live class', replay: 'Watched a replay', checks: 'Looked at checks and doubts', certificate: 'Looked at certificates', ledger: 'Looked at hours and reports', exam: 'Looked at exams', course: 'Looked at a course', cohort: 'Looked at a class list', staff: 'Looked at the people here', papers: 'Looked at papers and files', client: 'Looked at clients', profile: 'Looked at the institution', inspection: 'Inspection', lesson: 'Looked at a lesson', search: 'Looked learners up', other: 'Looked at something else',
};
const kind: Record<LookKind, string> = {
  institution: 'the institution', lesson: '{n} lessons', cohort: '{n} classes', course: '{n} courses', replay: '{n} replays', viewing: '{n} viewings', exam: '{n} exams', attempt: '{n} papers', check: '{n} checks', certificate: '{n} certificates', attachment: '{n} files', courseware: '{n} slide sets', export: '{n} exports', film: '{n} films', rosterImport: '{n} rosters', client: '{n} clients', picture: '{n} pictures of questions', question: '{n} questions', subsidyFile: '{n} subsidy files', thread: '{n} threads', person: '{n} learners', inspection: '{n} inspections',
};
export const texts: Texts = {
  ask: 'You are about to open data of learners. Say why: every look is put down with its purpose, and the institution can read it.', askHint: 'Such as: hours a complaint is about. It stands until you change it or log out.', goOn: 'Go on', change: 'Change the purpose',
  area, kind, intro: 'Each time a regulator looks, a line is added here that nobody can change or remove. What is done on an unannounced inspection shows once its findings are handed to you or it is closed.',
  none: 'No regulator has looked yet.', more: 'Earlier ones', purpose: 'Purpose: {purpose}', onInspection: 'On an inspection. ', colon: ': ', comma: ', ',
};
