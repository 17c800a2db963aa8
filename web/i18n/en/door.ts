// The door of a lesson, taking somebody out, and microphones on stage.
import type { RemovalReason } from '#domain/door.ts';
import type { Texts } from '../gather.ts';

const reasonShort: Record<RemovalReason, string> = { disturbing: 'Disturbed the class', not_taking_part: 'Did not take part', wrong_person: 'Not the learner', other: 'Another reason' };
const reason: Record<RemovalReason, string> = {
  disturbing: 'Reason given by the teacher: you disturbed the class.', not_taking_part: 'Reason given by the teacher: you did not take part.', wrong_person: 'Reason given by the teacher: somebody else was seen.', other: 'The teacher gave another reason.',
};

export const texts: Texts = {
  title: 'Door of the class', reason, reasonShort,
  state: { open: 'Open', lobby: 'Let in one by one', locked: 'Locked' },
  stateText: {
    open: 'Learners come in as they arrive.', lobby: 'Whoever is new waits at the door until you let them in. Who was in already comes back by themselves after a lost connection.', locked: 'Nobody new comes in. Who was in already comes back by themselves after a lost connection.',
  },
  someoneWaits: 'Somebody waits at the door: see “People”.',
  waits: '{n} waiting at the door', admit: 'Let in', admitAll: 'Let all in', more: 'And {n} more are waiting.', nobodyWaits: 'Nobody is waiting now.', wasRemoved: 'was taken out before',
  outTitle: 'Learners taken out of the class', out: 'Taken out: {reason} ({by})', readmit: 'Let back in',
  remove: {
    button: 'Take out of the class', title: 'Take {name} out of the class?', text: 'They leave at once, their time stops counting now, and the reason stands in their record. They come back only if you allow it.', why: 'Reason', note: 'More words (optional, the learner sees them)', noteNeeded: 'Please say why (the learner sees it)', keep: 'Keep in class', do: 'Take out',
  },
  removed: {
    title: 'The teacher took you out of the class', text: 'Your time up to that moment is kept; nothing counts after it.', note: 'In their words: {note}', knock: 'Ask to come back', appeal: 'If you think this is wrong, talk to the teacher; after class you can also appeal in “My hours”.', short: 'Taken out of the class',
    record: 'Taken out of the class', recordLine: '{at}: taken out of the class. {reason}.', back: 'Could come back from {at} on.', stayed: 'Was not let back in.',
  },
  locked: { title: 'The class is locked', text: 'The teacher lets nobody new in. Please ask the teacher to open the door, then try again. Time outside the class does not count.' },
  waiting: { title: 'Please wait, the teacher will let you in', text: 'You are at the door of the class, and the teacher sees your name.', since: 'Waiting for {time}', uncounted: 'Time at the door does not count; it counts when you are in and signed in.', keep: 'Please keep this page open: you go in by yourself as soon as you may, without reloading.' },
  microphone: {
    mute: 'Mute microphone', isMuted: 'Microphone is off', muteAll: 'Mute all', allMuted: 'All learners on stage are muted; they can speak again by themselves.', lock: 'Mute all and lock', unlock: 'Allow microphones', lockedText: 'Learners’ microphones are locked. To let them speak, press “Allow microphones”.',
    muted: 'The teacher muted your microphone; you can open it again to speak.', lockedNow: 'The teacher locked the microphones: nobody speaks for now.', unlockedNow: 'You may open your microphone now.', closed: 'Microphone locked',
  },
};
