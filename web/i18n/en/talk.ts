// Texts of order in the chat.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  order: {
    title: 'Manage the chat', mutedAll: 'Mute everybody', mutedAllHint: 'Only teacher, assistant and proctor can write', slow: 'Slow mode', slowHint: 'Least time between two messages of one learner',
    off: 'No limit', seconds: '{n} s', minutes: '{n} min', slowChip: 'Slow {time}', mutedChip: '{n} muted', mutedTitle: 'Muted learners', unmute: 'Unmute',
  },
  message: {
    more: 'Manage this message', pin: 'Pin', unpin: 'Unpin', delete: 'Delete', mute: 'Mute', deleted: 'Deleted by {name}',
    deleteTitle: 'Delete this message for everybody?', deleteText: 'Nobody will see its words any more, neither now nor when entering later. It cannot be brought back. Who deleted it is kept.', deleteDo: 'Delete', keep: 'Keep it',
  },
  private: {
    class: 'Class', own: 'To the teacher', all: 'Private', explain: 'Only you and the teachers and assistants of this lesson can read this.', explainStaff: 'Only the learner and the teachers and assistants of this lesson can read these.', empty: 'What you would rather not say to everybody you can tell the teacher here.', emptyStaff: 'No learner has written privately yet.',
    waiting: 'Waits for you', back: 'All private messages', write: 'Tell the teacher privately…', answer: 'Answer {name}…',
  },
  pinned: { title: 'Announcement', more: 'Show all', less: 'Show less' },
  write: {
    announce: 'Pin as announcement', announceHint: 'Write an announcement, pinned for the class', slowWait: 'Slow mode: you can write in {time}', slowNow: 'Slow mode: one message every {time}', again: 'Send again', discard: 'Do not send',
  },
};
