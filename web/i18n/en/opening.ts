// Texts of opening a cohort: the application, what it lacks, states and moves, what waits for whoever approves.
import type { OpeningMove, OpeningState } from '#domain/cohort.ts';
import type { OpeningPlace, OpeningProblemCode } from '#domain/opening.ts';
import type { Texts } from '../gather.ts';

const state: Record<OpeningState, string> = { draft: 'Not handed in', submitted: 'Waits for the institution', approved: 'Approved by the institution, waits for the authority', opened: 'Opened', returned: 'Returned', withdrawn: 'Taken back', closed: 'Closed' };
const move: Record<OpeningMove, string> = { submit: 'Hand in', withdraw: 'Take back', approve: 'Approve', return: 'Return', open: 'Open the class', close: 'Close the class' };
const done: Record<OpeningMove, string> = { submit: 'Handed in', withdraw: 'Taken back', approve: 'Approved by the institution', return: 'Returned', open: 'Opened by the authority', close: 'Closed' };
const problem: Record<OpeningProblemCode, string> = {
  region_missing: 'No region is chosen yet.', region_not_allowed: 'The institution may not train in this region. Choose another, or add it to the institution’s facts.', dates_missing: 'The first and the last day are missing.', dates_backwards: 'The last day is before the first.',
  filing_not_in_force: 'The institution’s filing is not in force on the first day.', limit_missing: 'The most learners are missing.', roster_empty: 'There is no learner yet: import a roster first.', roster_over_limit: '{n} learners more than the limit.', plan_missing: 'No lessons are planned and no plan is written: one of both is needed.',
  instructor_missing: 'No instructor is chosen yet.', instructor_not_named: '{n} instructors are not in the course dossier; please choose again.', instructor_unqualified: 'Papers of {names} are not enough: a skill certificate of level 3 or better in the occupation, or an intermediate title.', place_missing: 'Part of the course is offline: say where.',
  dossier_missing: 'The course dossier is not handed in yet.', dossier_blocked: '{n} problems of the course dossier have to be solved first, such as a missing exam.',
};
const mend: Record<OpeningPlace, string> = { form: 'Fill in', roster: 'Import a roster', institution: 'Institution', dossier: 'Course dossier', instructors: 'Instructors' };

export const texts: Texts = {
  state, move, done, problem, mend,
  title: 'Opening the class', before: 'This class was opened before applications were asked for.', draftText: 'There are no lessons before it is opened. Fill in the application; another person of the office approves it.', notOpen: 'There are no lessons before the class is opened.',
  withAuthority: 'After the institution the authority has to approve.', alone: 'Whoever handed it in is the only person of the office: nobody else can approve. Add another under “Staff”, or ask an administrator.', noAuthority: 'This institution has no regulator yet: nobody can open the class. Ask whoever runs the platform to add one.',
  lacks: '{n} things are missing', ready: 'All is settled; it can be handed in.', readyDecide: 'All is as it has to be.', form: 'Fill in the application', formHide: 'Hide', save: 'Save',
  region: 'Region of training', regionHint: 'The institution may train in: {regions}', noRegions: 'The institution has stated no region to train in.', from: 'First day', until: 'Last day', limit: 'Most learners', instructors: 'Instructors', unqualified: 'papers not enough', noInstructors: 'Instructors can be chosen when the course dossier is handed in.',
  place: 'Place of offline parts', placeHint: 'Leave empty where there are none.', plan: 'Plan', planHint: 'Not needed where lessons are planned.', resources: 'Equipment and resources', dossier: 'Course dossier', dossierN: 'Version {n}', timetable: 'Timetable', planned: '{n} lessons, {minutes} minutes, {from} to {to}', noLessons: 'No lessons planned', learners: 'Learners', learnersOf: '{n} of at most {most}', learnersN: '{n}', days: 'Days', notGiven: 'Not given',
  reason: 'Note', reasonNeeded: 'Reason', reasonHint: 'Words for the other side', sure: 'Yes: {what}', cancel: 'Cancel', history: 'So far', step: '{at}, {by}',
  approvalsIntro: 'Applications that wait for you. Open one to see all of it, then decide.', nothing: 'No class waits for you', nothingText: 'What is handed in appears here and on the home page.', since: 'Here since {at}', firstDay: 'begins {day}', look: 'Look and decide', lookOf: 'Look at {name} and decide',
};
