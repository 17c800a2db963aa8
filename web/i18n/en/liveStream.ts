// Texts of the delayed broadcast.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  title: 'Delayed broadcast',
  unreached: {
    full: { title: 'All live seats are taken', text: 'As soon as a seat is free, picture and sound appear by themselves. You need not do anything.' },
    away: { title: 'The live picture cannot be reached for now', text: 'It is tried again by itself; picture and sound appear as soon as it works. You need not do anything.' },
    unsupported: { title: 'This browser gets no live picture', text: 'Leave the class and open it in the browser of your phone or computer as the lesson page says; or watch the delayed broadcast here.' },
    blocked: { title: 'Your network does not let the live picture through', text: 'This page keeps trying by itself. A mobile network usually works at once.' },
  },
  next: 'Next try in',
  asking: 'Looking for a free seat…',
  offer: 'The broadcast is 10 to 15 seconds behind the teacher. While you watch it the live picture is not tried; you can go back at any time.',
  rest: 'Chat, raised hands, questions and face checks work as usual, and your attendance is counted.',
  choose: 'Watch the broadcast',
  behind: 'Delayed broadcast, {n} s behind',
  behindAbout: 'Delayed broadcast, about {n} s behind',
  back: 'Back to the live picture',
  trying: 'Trying the live picture…',
  inVain: 'The live picture still does not come through; the broadcast goes on.',
  onStage: 'Live sound and picture are not connected now: teacher and class may not see or hear you. It is tried again by itself.',
  wait: { busy: 'The server is busy; the broadcast begins by itself soon…', full: 'All broadcasts are taken; this one begins by itself when there is room…' },
  phase: {
    asking: 'Preparing the broadcast, this takes a few seconds…', playing: 'Playing', stalled: 'Buffering…', gone: 'The broadcast cannot begin for now; it is tried again by itself…',
    broken: 'This browser cannot play the broadcast. Please use a recent Chrome, Edge, Safari or Firefox.', over: 'The broadcast is over',
  },
};
