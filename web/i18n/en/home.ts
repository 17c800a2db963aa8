// Texts of the home page.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  hello: 'Hello, {name}',
  next: 'Your next lesson',
  emptyTitle: 'No lessons these days',
  empty: 'Lessons appear here once they are scheduled. If you miss one, please ask your training institution.',
  emptyScheduler: 'Nothing is scheduled yet. Once it is, teachers and learners see it here.',
  scheduleOne: 'Schedule a lesson',
  showPast: 'Show recent lessons',
};
