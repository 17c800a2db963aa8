// Texts of the learner's hours.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  intro: 'The hours of every lesson you were in: how much counts, why some does not, and whether it can still be made up. The server reckons them by the rules; look whenever you like.',
  empty: 'You were in no lesson in this time. After class your hours appear here by themselves.',
  older: 'Show earlier ones', range: '{from} to {to}',
  credited: 'Counted in class', held: 'Taught', madeUp: 'Made up in replay', share: 'Attendance', missing: 'Short of {share} by', interrupted: 'of that interrupted', nothingMissing: 'Reached', lessons: 'Lessons', notHeld: 'Not taught',
  details: 'Hours in detail', of: '{done} of {of} min', print: 'Print', learner: 'Learner', teacher: 'Teacher', toReport: 'Report of the class',
  open: '{n} minutes can be made up', openUntil: '{n} minutes can be made up until {at}', makeUp: 'Make up in the replay', appeal: 'Appeal', appealLesson: 'I think this is wrong: appeal', appealCheck: 'Appeal against the check at {at}', appealSpan: 'Appeal against the record at {at}',
  standing: {
    reached: 'This lesson has reached the {share} it needs.', reachedOpen: 'This lesson has reached the {share} it needs; what is missing can still be made up.', reachable: '{n} minutes short of {share}. You can make them up in the replay.', tooLittle: '{n} minutes short of {share}, and not enough of it can be made up. If there was a reason, please appeal or ask your institution.',
    short: '{n} minutes short of {share}, and nothing can be made up now. Right after class wait until its replay is ready; if there was a reason, please appeal or ask your institution.', liveReached: 'Class is on; up to now {share} is reached.', liveShort: 'Class is on; up to now you are below {share}. Please stay in class.',
  },
  note: { never_started: 'Nobody taught this lesson: there are no hours.', cancelled: 'This lesson was cancelled: there are no hours.', still_live: 'Class is on. These are the figures up to now; they are final when class is over.' },
  unitSpan: '{from} to {to}', unitRunning: 'since {from}, running', lost: 'Time that did not count', noneLost: 'All of it counts; nothing is missing.', again: 'This unit was taught for less than {n} minutes and has to be held again; the time that counts already stays.',
  checks: 'Checks', noChecks: 'You were not checked in this lesson.', inReplay: 'in the replay', decided: 'as a person decided', checkOpen: 'No result yet', asked: 'asked at {at}',
  rules: 'Rules that apply', rulesText: 'Reckoned by the rules “{name}” ({pack}). They do not change once a lesson has begun.', rulesAll: 'What they demand, and where it is written', barCounted: 'Counted', barLost: 'Not counted', generated: 'Made {at} (Beijing time) from the records; opened again it says the same.',
};
