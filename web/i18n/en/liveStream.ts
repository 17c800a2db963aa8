// Texts of the delayed broadcast.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  title: 'Delayed broadcast',
  blocked: 'Your network does not let live sound and picture through.',
  full: 'The live classroom has no seat left for now; it is tried again by itself.',
  offer: 'You can watch the delayed broadcast, 10 to 15 seconds behind the teacher. Roll calls, hands, questions and attendance work as usual.',
  choose: 'Watch the delayed broadcast',
  behind: 'Delayed broadcast, {n} s behind',
  behindAbout: 'Delayed broadcast, about {n} s behind',
  back: 'Back to the live picture',
  trying: 'Trying the live picture…',
  inVain: 'The live picture still does not come through; the broadcast goes on.',
  onStage: 'Your network does not let live sound and picture through: teacher and class may not see or hear you now.',
  wait: { busy: 'The server is busy; the broadcast begins by itself soon…', full: 'All broadcasts are taken; this one begins by itself when there is room…' },
  phase: {
    asking: 'Preparing the broadcast, this takes a few seconds…', playing: 'Playing', stalled: 'Buffering…', gone: 'The broadcast cannot begin for now; it is tried again by itself…',
    broken: 'This browser cannot play the broadcast. Please use a recent Chrome, Edge, Safari or Firefox.', over: 'The broadcast is over',
  },
};
