// Texts of cohorts: list, roster, import.
import type { RosterRefusal } from '#domain/roster-sheet.ts';
import type { Texts } from '../gather.ts';

const refusal: Record<RosterRefusal, string> = {
  sheet_invalid: 'This file cannot be opened. Please fill in the template, save it as XLSX and choose it again.', sheet_too_large: 'The file is too large. Please take out pictures and other sheets, or split the roster into several files.',
  columns_missing: 'The first row has no headings for: {columns}. Please take out rows above the headings, or use the template.', column_twice: 'A heading stands twice: {columns}. Please take one column out.',
  heading_merged: 'Cells of the first row are joined. Please separate them, and take out rows above the headings.', no_rows: 'There are no learners in the file. Please fill in the first sheet from its second row on.', too_many_rows: 'These are too many learners: 10,000 at once at most. Please split the roster into several files.',
  interrupted: 'It was cut off, and nobody was imported. Please try again; if that does not help, choose the file again.',
};

export const texts: Texts = {
  refusal,
  intro: 'The roster and the lessons of each cohort.', noneTitle: 'No cohorts yet', none: 'Cohorts appear here when they are made.', new: 'New cohort', course: 'Course', title: 'Name of the cohort', titleHint: 'such as: Electricians, spring 2026', programmeLabel: 'Programme', choose: 'Please choose', create: 'Create the cohort', noCourses: 'There are no courses yet to make a cohort for.',
  programme: { enterprise_staff: 'Enterprise staff', new_apprenticeship: 'New apprenticeship', project: 'Project-based', entrepreneurship: 'Entrepreneurship', key_groups: 'Key groups', other: 'Other' }, search: 'Find a cohort', nothingFound: 'No such cohort. Try other words.', learnerCount: '{n} learners', unregisteredCount: '{n} not registered', span: 'Lessons: {n}, {from} to {to}', noLessons: 'No lessons yet', open: 'Open', openOf: 'Open {name}',
  roster: 'Roster', view: { enrolled: 'Enrolled', unregistered: 'Not registered', ended: 'Left' }, find: 'Find a learner', findHint: 'Name, or the last two signs of the number', findButton: 'Find', found: '{n} people', nobodyFound: 'No such learner. Try other words.',
  nobody: { enrolled: 'Nobody is enrolled yet. A table brings the whole class at once.', unregistered: 'Everybody has registered.', ended: 'Nobody has left.' }, pages: 'Pages', before: 'Before', after: 'Next', pageOf: 'Page {n} of {all}',
  registered: 'Registered', notRegistered: 'Not registered', endedOn: 'Left on {day}', end: 'End enrolment', endText: 'They can take part in this cohort’s lessons no more; records of what was learned stay.', endSure: 'End the enrolment', reason: 'Reason', reasonHint: 'such as: left the company, other class', reasonWas: 'Reason: {reason}', takeBack: 'Enrol again', correct: 'Correct name or phone', correctText: 'When the learner registers, name and phone have to be the same as here.', name: 'Name', phone: 'Phone', save: 'Save', cancel: 'Cancel',
  toRoster: 'Roster', importIntro: 'Import a whole class from a table. One wrong row, and nobody is imported until it is mended.', step1: 'First: download the template', step1Text: 'Open it in a table program and write one learner a row. The second sheet says how.', template: 'Download template', step2: 'Second: choose the filled-in file', step2Text: 'It is looked at first; nothing is imported yet.', chooseFile: 'Choose file', otherFile: 'Choose a file again',
  checking: 'Looking at it…', writing: 'Importing: {n} of {all}', writingText: 'You may leave this page; the import goes on.', allGood: 'All {n} learners are right.', allGoodText: 'They join the cohort when you press the button below.', takeAll: 'Import these {n} learners', takeAgain: 'Import again', imported: '{n} learners are imported.', again: 'This file was imported at {at} already; nothing was imported twice.',
  importedText: 'New learners still have to register themselves, with the name, number and phone of the roster; then they are in this cohort.', added: '{n} new', known: '{n} known already', returned: '{n} enrolled again',
  mended: { intro: 'Put right by itself: {what}.', spaces: 'spaces in {n} cells', fullWidth: 'full-width digits in {n} cells', smallX: 'a small x in {n} cells', and: ', ' },
  someBad: '{bad} of {rows} rows have to be mended; nobody was imported.', someBadText: 'Please mend these in the table, save it and choose it again.', marked: 'Download the table with marks', row: 'Row', column: 'Column', fault: 'What is wrong', rowN: 'Row {n}', wholeRow: 'Whole row', moreProblems: 'These are the first 500; the table with marks has them all.',
};
