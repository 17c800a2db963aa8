// Texts of the regulators' console, and of looking into a class unseen.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  intro: 'The institutions you oversee: classes that run now, hours, recordings, certificates and learners.', updated: 'Updated {at}', views: 'View', refreshed: 'Updates every 10 seconds',
  view: { live: 'Live now', institutions: 'Risk', below: 'Below standard', search: 'Look up' },
  noneTitle: 'No institutions to oversee yet', none: 'Once an administrator names you as a regulator of an institution, it appears here.',
  figure: {
    institutions: 'Institutions', cohortsOpen: 'Open classes:', cohortsUnit: '{n}', learners: 'Learner places', learnersUnit: '{n}', learnersUnder: 'Over all years: {n}', hours: 'Hours this month', hoursUnit: '{n} h', hoursUnder: 'Lessons this month: {n}',
    recordings: 'Recordings kept', recordingsUnit: '{n}', recordingsUnder: 'Held back: {n}', certificates: 'Valid certificates', certificatesUnit: '{n}', certificatesUnder: 'Issued this month: {n}',
  },
  region: { title: 'Regions', all: 'All regions', none: 'No region stated', classes: 'live: {n}', present: 'present: {n}', institutions: 'institutions: {n}' },
  live: {
    title: 'Live now', nothingTitle: 'No class is running now', nothing: 'When an institution starts a class it appears here within 10 seconds.', more: 'Only the 200 that began last are shown. Choose a region to narrow it down.',
    teacher: 'Teacher', noTeacher: 'None named', started: 'Began {at}', present: 'Present / expected', checks: 'Faces passed', noChecks: 'None yet', recording: 'Recording',
    recordings: { off: 'Not recorded', good: 'Fine', trouble: 'In trouble' }, interrupted: 'Interrupted', leadGone: 'Teacher is away', look: 'Look in', lookOf: 'Look into {title}', lookHint: 'Nobody in class is told; the count stays the same',
  },
  unseen: { title: 'Looking in, unseen', text: 'Nobody in the class knows that you are here. Counts, lists and the recording stay as they are. You cannot speak.', leave: 'Leave' },
  risk: {
    intro: 'The last {n} days (since {from}), with what needs a look first. This is a hint: nothing follows from it by itself.', learners: 'lessons: {lessons}, learner places: {learners}', search: 'Find an institution', nothing: 'No institution fits.',
    level: { high: 'Look here first', raised: 'Worth a look', usual: 'Nothing unusual', unknown: 'No lessons yet' },
    reason: {
      recordings_missing: '{count} of {of} lessons should have a recording and have none', checks: '{count} of {of} identity checks failed or were missed ({share})', doubts: '{count} doubts about learners are not settled (of {of} places)',
      corrections: 'Hours were corrected on paper {count} times (of {of} places)', appeals: 'Learners appealed {count} times (of {of} places)', recordings_held: '{count} recordings of {of} lessons are held back', tickets: 'Learners reported trouble {count} times (in {of} lessons)',
    },
    alone: {
      findings: '{count} findings of inspections are not closed', recordings_missing: '{count} lessons should have a recording and have none', checks: '{count} identity checks failed or were missed', doubts: '{count} doubts about learners are not settled', corrections: 'Hours were corrected on paper {count} times',
      appeals: 'Learners appealed {count} times', recordings_held: '{count} recordings are held back', tickets: 'Learners reported trouble {count} times',
    },
    show: 'Learners below standard', open: 'Institution',
  },
  below: {
    intro: 'Learners whose attendance or accuracy is below the rules of their institution, or who failed or missed a check.', institution: 'Institution', all: 'All institutions', what: { attendance: 'Attendance low', checks: 'Checks failed or missed', accuracy: 'Accuracy low' },
    nothingTitle: 'No learners below standard', nothing: 'There are no learners of this kind here.', more: 'Show more', attendance: 'Attendance', checks: 'Checks', checksWord: '{failed} failed, {missed} missed, of {asked}', accuracy: 'Accuracy', minutes: '{n} minutes credited', asOf: 'As of {at}', hours: 'Hours',
  },
  search: {
    label: 'Name, document number or certificate number', hint: 'The beginning of a name is enough; numbers have to be whole.', find: 'Look up', first: 'Type a name, a document number or a certificate number to see hours, certificates and replays.', by: { name: '{n} found by name', number: '{n} found by document', certificate: '{n} found by certificate' },
    nothing: 'Nobody found. Only learners of institutions you oversee can be found.', unclear: 'This number is not right: please check it for slips.', more: 'Only the first 50 are shown. Type more of the name, or a number.', noNumber: 'Not registered', minutes: '{n} minutes credited', attendance: 'Attendance {n}', noHours: 'No hours yet', hours: 'Hours and replays', certificate: 'Certificate {serial}', noCertificate: 'No certificate', enrolled: 'Enrolled {day}',
  },
  replay: 'Replay',
};
