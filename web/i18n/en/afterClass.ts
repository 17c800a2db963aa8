// Texts of the page after class.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  reckoning: 'The figures of this class are being worked out. With many learners it takes ten seconds or so; they appear by themselves.', reckoningAnew: 'There is news of this class, and its figures are being worked out again. Below are the earlier ones; they are replaced by themselves.',
  came: 'Came', meanThere: 'There on average', most: 'Most at once',
  curve: 'Who was there', curveLabel: 'How many were there: at most {most} of {all} learners. Left and right move, Enter opens the replay', point: 'Point at the curve for figures, press it for the replay of that moment', thereAt: '{at}: {n} there', notHeldAt: '{at}: no teaching',
  drops: 'Moments that lost people', lost: '{n} gone', fromTo: 'from {before} to {after}', then: 'Then: {what}', thenNothing: 'No question, check or chat then', join: '; ', noDrops: 'No moment lost people: the learners stayed.',
  during: { quiz: 'question “{about}”', check: 'face checks: {n}', screen: 'a screen was just shared', chat: 'messages: {n}', stage: '{about} on stage', hand: 'hands raised: {n}', interruption: 'the lesson was interrupted', break: 'break' },
  events: 'What happened ({n})', mark: { quiz: 'Question {about}', hand: 'Hands raised: {n}', stage: '{about} on stage', screen: 'Screen shared' },
  questions: 'Accuracy of each question', noQuestions: 'No question was asked in this lesson.', answered: '{right} right, {wrong} wrong, {none} without an answer, of {all}', right: 'Right', wrong: 'Wrong', unanswered: 'No answer',
  learners: 'Every learner', search: 'Search by name or login', found: '{n} learners, who needs attention first', pageOf: '{n} learners, who needs attention first; page {page} of {pages}', nobodyFound: 'No such learner.', nobody: 'This class has no learners yet.', nobodyCame: 'No learner came to this lesson.', pages: 'Pages', before: 'Previous', after: 'Next',
  state: { there: 'There', unproven: 'There, check not passed, does not count', away: 'Not there' }, checks: 'Check', hand: 'Hand raised',
  need: { never_came: 'Never came', attendance: 'Little time', accuracy: 'Low accuracy', checks: 'Checks' },
  minutesOf: '{done} of {of} minutes', correctOf: '{n} of {of} right ({share})', story: 'Details', storyNothing: 'There all the time, nothing else on record.',
  check: { passed: 'Check passed', waiting: 'Check waits for a person', missed: 'Check missed', failed: 'Check not passed' }, answer: { right: 'Question {n} right', wrong: 'Question {n} wrong', none: 'Question {n} not answered' },
  jumpTo: 'Replay at {at}: {about}', noMoment: 'There is no replay of this moment',
  noReplay: {
    processing: 'The replay is being made. Once it is there, press anything in these pictures to see that moment.', held: 'Some of the replay waits for review; until then you cannot jump there.', failed: 'Some of the replay could not be made; you cannot jump there.', unrecorded: 'This lesson was not recorded: there is no replay to jump into.',
  },
  note: { not_over: 'This lesson is not over. Afterwards this page shows who was there, when people left, and how each question went.', never_started: 'Nobody taught this lesson: there is nothing to look back on.', cancelled: 'This lesson was cancelled: there is nothing to look back on.' },
  rule: 'The live lesson only, without what was made up in the replay. Little time: below {attendance}%; low accuracy: below {accuracy}%. Rules: {pack}.',
};
