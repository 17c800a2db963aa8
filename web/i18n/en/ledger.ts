// Texts of the ledger.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  intro: 'Sign-ins, checks, hours, answers and exams of every learner, reckoned by the server and kept current while lessons run.', institution: 'Institution', cohort: 'Cohort', allCohorts: 'All cohorts', course: 'Course', allCourses: 'All courses', search: 'Find a name or login', sort: 'Order',
  sorts: { name: 'By name', attendanceUp: 'Lowest attendance first', attendanceDown: 'Highest attendance first', accuracyUp: 'Lowest accuracy first', accuracyDown: 'Highest accuracy first' },
  filter: { all: 'All', attendanceLow: 'Attendance below {n}%', accuracyLow: 'Accuracy below {n}%', unsettled: 'Unsettled' }, filters: 'Filters', updating: 'Updating…',
  found: '{n} learners', sums: 'Attendance {attendance}, accuracy {accuracy}', asOf: 'Oldest figures: {at}', nothing: 'No learner fits.', clear: 'Show all', emptyTitle: 'No learners yet', empty: 'They appear here by themselves once they are enrolled in a cohort.', none: 'There is no ledger for you to see now.', list: 'Ledger of learners',
  column: { learner: 'Learner', cohort: 'Cohort', attendance: 'Attendance', minutes: 'Minutes', accuracy: 'Accuracy', answers: 'Answers', checks: 'Face checks', exams: 'Exams', certificate: 'Certificate', unsettled: 'Unsettled', asOf: 'As of' },
  minutesWord: '{done} / {held}', madeUpWord: '{n} made up', answersWord: '{correct} right of {asked}', checksWord: '{passed} of {asked} passed', checksBad: '{failed} failed, {missed} missed', checksPending: '{n} pending', cameWord: 'Came to {came} of {lessons}', unsettledN: '{n}',
  examWord: '{passed} of {all} passed', exam: { passed: 'Passed', failed: 'Not passed', annulled: 'Annulled', held: 'To be decided', to_mark: 'To be marked', open: 'Not handed in', none: 'Not taken' }, noExam: 'No exam', noCertificate: 'None yet',
  left: 'Left on {at}', details: 'Details', noIdentity: 'No identity registered',
  export: { open: 'Export', title: 'Export the ledger', text: 'All {n} rows, with the filters and the order chosen now. The file is kept for 24 hours, for you alone.', xlsx: 'Excel file (XLSX)', csv: 'CSV file', pdf: 'Ledger as PDF (to print)', hours: 'Lists of hours as PDF', tooLong: 'A PDF has {pdf} learners at most, lists of hours {hours}: choose a cohort first.', making: 'Being made…', waiting: 'Waiting…', left: 'About {n} seconds left', leftMinutes: 'About {n} minutes left', ready: 'Ready: {rows} rows, {size}', download: 'Download', failed: 'It could not be made. Please try again.', gone: 'Its time is over', close: 'Close' },
  one: {
    title: 'Full list of hours', institution: 'Institution', learner: 'Learner', number: 'ID number', phone: 'Phone', course: 'Course', cohort: 'Cohort', enrolled: 'Enrolled', print: 'Print', pdf: 'Download PDF', back: 'Back to the ledger', lesson: 'Lesson and unit', date: 'Date', teacher: 'Teacher', joined: 'Came – left', notCame: 'Did not come', unit: 'Unit {n}', held: 'Held', live: 'Credited live', madeUp: 'Made up', attendance: 'Attendance',
    checks: 'Checks', answers: 'Answers', sum: 'Sum', unsettled: '{n} unsettled', spans: 'Reason of every span', empty: 'No lesson was held yet.', rules: 'How it is reckoned', exams: 'Exams', certificate: 'Certificate',
    rulesText: 'Rule pack {pack}. Attendance is minutes credited live and made up, over minutes held; below {attendance}% is too low. Time lost by the teacher or the platform is not held, and each moment counts once. Accuracy is correct over asked; below {accuracy}% is too low. Minutes have one decimal, cut and not rounded.',
    asOf: 'As of {at}, printed {now}', signature: 'Seal of the institution', learnerSign: 'Signature of the learner', list: 'My list of hours', open: 'Full list of hours',
  },
};
