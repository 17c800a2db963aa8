// Texts of clients: keeping them, what their learners have, what those who look for them see.
import type { ClientSwitch } from '#domain/client-switches.ts';
import type { Texts } from '../gather.ts';

const switches: Record<ClientSwitch, string> = { chat: 'Chat in class', questionsAndAnswers: 'Questions and answers' };
const switchHint: Record<ClientSwitch, string> = { chat: 'Without it, learners of this client read the chat and do not write.', questionsAndAnswers: 'Without it, learners of this client neither see questions nor ask any.' };

export const texts: Texts = {
  switch: switches, switchHint,
  intro: 'Employers that order training: which functions their learners have, and who may look at their hours.', empty: 'No clients yet.', add: 'Add a client', edit: 'Change', cancel: 'Cancel', name: 'Name', contact: 'Contact', phone: 'Phone', region: 'Region',
  switches: 'Functions', switchesHint: 'Sign-ins, checks and hours are asked for by law: they are the same for everybody.', on: 'on', off: 'off', learners: 'Learners now: {n}',
  members: 'Who may look at the hours', noMembers: 'Nobody yet.', memberAdd: 'Add somebody who may look', memberHint: 'They register with the platform first. They see classes and hours of their own learners, and nothing else.', memberSave: 'Add',
  whose: 'Whose learner somebody is', whoseHint: 'A change holds at once and is recorded.', whoseOf: 'Client of {name}', nobodys: 'Of no client', noLearners: 'Nobody learns here yet.',
  ownIntro: 'Your learners, trained by {institution}.', ownNone: 'You look for no client.', ownEmpty: 'No learners yet.', hours: 'lessons: {lessons} · {credited} of {held} min · {share}', noHours: 'No lesson yet', hoursHint: 'Minutes live and made up. What the institution reports is what counts.',
};
