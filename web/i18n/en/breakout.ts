// Texts of breakout groups.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  chat: 'My group',
  own: 'You are in group {n}', visiting: 'You are looking into group {n}', running: 'The class is in groups', withClass: 'The class is in groups, you are with the teacher', withClassText: 'If you have just come in, you are given a group in a moment.', left: '{time} left',
  with: 'With you: {names}', alone: 'Nobody else of your group is here yet.', visited: '{names} is in this group', talk: 'Turn on microphone and camera', putAway: 'Put away',
  recorded: 'Groups are recorded as proof of training: teachers, the institution and regulators can watch it, learners cannot. Your time counts as usual.', recordedStaff: 'Each group is recorded by itself; you find it on the replay page after class. The recording of the class goes on.',
  notRecorded: 'What is said in groups is not recorded; only your group and a teacher who looks in hear it. Your time counts as usual.', notRecordedStaff: 'Talk in groups is not recorded; the recording of the class goes on.',
  calls: 'Group {n} calls you: {name}', visitNumber: 'Go to group {n}', visit: 'Look in', leave: 'Back to the class', call: 'Call the teacher', callOff: 'Take back', called: 'The teacher was called',
  notLive: 'Once the lesson is live you can divide the class into groups.', tooFew: 'At least 2 learners must be here for groups.', count: 'Groups', fewer: 'One group fewer', more: 'One group more', minutes: 'For how long', minutesOf: '{n} min', draw: 'Draw again',
  number: 'Group {n}', people: '{n} people', moveOf: 'Group of {name}', tooFull: 'A group holds {n} people at most. Move some, or make more groups.', class: 'The class (with the teacher)', nobody: 'Nobody is in this group yet.',
  explain: 'Each group then sees and hears only itself, and all of it may turn on microphone and camera. Who comes late goes to the smallest group. When the time is over, everybody is back by itself.',
  record: 'Record each group', recordAsk: 'Learners are told. The recording is kept as proof of training; teachers, the institution and regulators can watch it.', recordAlways: 'Every group is recorded (set for this platform), and learners are told.', recordNever: 'Talk in groups is not recorded, and learners are told so.',
  start: 'Start the groups', extend: '{n} min more', end: 'End', endTitle: 'End the groups now?', endText: 'Everybody is back in the class at once.', keep: 'A little longer', endDo: 'Bring all back',
  tellAll: 'Tell all groups…', tellSend: 'Send', toldAll: 'Sent to all groups.', away: 'away', calling: 'calls', speaking: 'speaking', back: 'The groups are over: everybody is back in the class.', inGroup: 'You are in a group now. Turn on your microphone and talk.',
};
