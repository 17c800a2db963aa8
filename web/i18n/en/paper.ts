// Texts of statutory papers: choosing one, what is still missing in it, taking it along as a file.
import type { PaperFormat, PaperKind } from '#domain/paper/paper.ts';
import type { Texts } from '../gather.ts';

const kind: Record<PaperKind, string> = { platform: 'Platform form', course: 'Course form', application: 'Application for a cohort', weekly: 'Weekly table of enterprises', annual: 'Annual report', technical: 'Technical statement' };
const hint: Record<PaperKind, string> = {
  platform: 'The institution, technical conditions item by item, its courses.', course: 'One course: dossier, instructors, plan of hours.', application: 'One cohort: project, plan, instructors, roster.', weekly: 'People filed per enterprise; due on Monday 16:00 for the week before.', annual: 'A year of training, due before its end; one for each kind.', technical: 'Means of identity, supervision, assessment and archive.',
};
const format: Record<PaperFormat, string> = { pdf: 'PDF (to print)', xlsx: 'Excel', docx: 'Word' };

export const texts: Texts = {
  kind, hint, format,
  intro: 'Filled in from what is on record here; a figure is the same in every file. What is not on record is said in red and never made up. The papers are in Chinese, as authorities take them.',
  choose: 'Choose a paper', which: { course: 'Course', application: 'Cohort' }, week: 'The week that begins on this Monday', none: { course: 'No courses yet.', application: 'No cohorts yet.' },
  year: 'Year', part: { vocational: 'Vocational', entrepreneurship: 'Entrepreneurship' }, whichPart: 'Which kind', notMonday: 'Please choose a Monday.', countsNone: 'Nothing is missing.', count: { missing: '{n} missing', unmet: '{n} not met', toState: '{n} for the institution to state' }, counts: '{list}. {mend}', mend: 'Red words lead to where they are mended.', asOf: 'As of {at} (Beijing)', sources: 'By: {sources}',
  download: 'Download', masked: 'For publication (numbers masked)', full: 'For the authority (whole numbers)', fullHint: { application: 'Has whole document numbers. Each download is on record, and learners see who opened theirs, and why.', course: 'Has telephone numbers and addresses of instructors.' },
  downloading: 'Being made…', done: 'Downloaded: {name}',
};
