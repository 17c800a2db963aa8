// Texts of the rule packs: what each demands, and choosing one.
import type { Topic } from '#domain/rules/demands.ts';
import type { Texts } from '../gather.ts';

const topic: Record<Topic, string> = {
  signIn: 'Sign-in', spot: 'Random checks', answer: 'Time to answer', retry: 'Second try', failed: 'Check not passed', missed: 'Check not answered', hidden: 'Leaving the page', media: 'No picture or sound', idle: 'Nothing touched', attendance: 'Attendance', accuracy: 'Accuracy', unit: 'Unit',
  makeUp: 'Making up', makeUpChecks: 'Checks while making up', firstViewing: 'First viewing', creditSpeed: 'Speed', keepFacts: 'Records', keepPictures: 'Pictures', realName: 'Real names', recorded: 'Traces', questions: 'Questions', replayAnswers: 'Answers in the replay', examSignIn: 'Before an exam', examSpot: 'During an exam', onlineShare: 'Share of online hours', publicHours: 'Public subjects', opening: 'Opening a class',
};
/** Every way each may be put. */
const says: Record<Topic, Record<string, string>> = {
  signIn: { each_unit: 'Sign in before every unit.', each_lesson: 'Sign in once before every lesson.' },
  spot: { some: '{n} checks in every unit, at moments nobody knows beforehand.', none: 'No random checks.' },
  answer: { plain: 'Every check is to be answered within {n} seconds.' },
  retry: { some: 'Who does not pass may try again {n} times at once; the last one counts.', none: 'No second try.' },
  failed: { plain: 'The time between the passed checks around it does not count, {n} minutes at most.' },
  missed: { plain: 'The time between the passed checks around it does not count, {n} minutes at most.' },
  hidden: { plain: 'Time stops counting when the classroom page is not in front for more than {n} seconds.' },
  media: { some: 'Time stops counting when picture and sound are gone for more than {n} seconds.', none: 'Being in the classroom is enough.' },
  idle: { some: 'After {n} minutes without a touch one is asked once; without an answer within {m} minutes the session ends, and with it the time.', none: 'Nothing ends because nothing is touched.' },
  attendance: { plain: 'Attendance below {n}% does not pass.' },
  accuracy: { plain: 'Accuracy below {n}% does not pass.' },
  unit: { plain: 'A unit has at least {n} minutes; one that was shorter because of interruptions is held again.' },
  makeUp: { some: 'What is missing may be made up in the replay within {n} days, never beyond the unit.', none: 'The replay makes up nothing.' },
  makeUpChecks: { plain: '{n} checks for every unit made up.' },
  firstViewing: { whole: 'At the first viewing nobody may skip ahead.', free: 'One may move freely in the replay.' },
  creditSpeed: { plain: 'Played at most {m} times as fast; counted at most {n} times.' },
  keepFacts: { plain: 'Registration, sign-in, hours, answers and marks are kept for {n} years.' },
  keepPictures: { plain: 'Pictures of checks are deleted after {n} days; results stay.' },
  realName: { first: 'Learners register by their real names before they enter a lesson, watch a replay or make up.', none: 'No real name is asked for before lessons.' },
  recorded: { plain: 'The whole process is recorded and can be traced.' },
  questions: { plain: 'There are questions during the training.' },
  examSignIn: { first: 'A check comes first, then the paper and its time.', none: 'There is no check before an exam.' },
  onlineShare: { some: 'At most {n}% of a course’s hours are online.', none: 'The share of online hours is not limited.' },
  opening: { authority: 'A class opens when the institution and then the authority have approved it.', institution: 'A class opens when the institution has approved it.' },
  publicHours: { some: 'A course has at least {n} hours of public subjects (health and epidemic prevention among them), counted in its total.', none: 'No hours of public subjects are prescribed.' },
  examSpot: { some: 'About every {n} minutes there is a spot check at a moment not told before; where one is not passed or not done, staff decide whether the result counts.', none: 'There are no spot checks in exams.' },
  replayAnswers: {
    count: 'A question somebody was not asked in class counts for accuracy when it is answered in the replay.', whereMadeUp: 'A question somebody was not asked in class counts for accuracy when it is answered while making up; answers of other viewings are practice.',
    shown: 'Answers in the replay are practice and do not count for accuracy.',
  },
};

export const texts: Texts = {
  topic, says,
  intro: 'Hours, checks and retention follow rules. Choose those your region demands; a single class may have its own.',
  binds: 'A change binds lessons that begin afterwards. Those that run or are over keep the rules they began under, and every record says which.', running: '{n} lessons are running now and are not affected.',
  institution: 'Rules of the institution', cohorts: 'Rules of the classes', cohortsHint: 'A class without a choice of its own follows the institution.', noCohorts: 'There are no classes yet.', follow: 'As the institution ({name})', useDefault: 'Default rules', label: 'Rules', labelOf: 'Rules of {name}',
  choose: 'Change', chooseOf: 'Change the rules of {name}', busy: 'Saving…', chosen: 'Chosen by {by}, {at}', chosenBySomebody: 'Chosen {at}', neverChosen: 'Never chosen', saved: 'Now “{name}”, for lessons that begin afterwards.',
  packs: 'What the rules demand', packsHint: 'What differs from the default is marked; below each stands where it is written. “Platform’s figure”: no document fixes it.', differs: 'Differs from default', differences: '{n} differences from the default', same: 'As the default', source: 'From', own: 'Platform’s figure', version: 'version {n}', inUse: 'In use',
  empty: 'There is no institution for you to manage.',
};
