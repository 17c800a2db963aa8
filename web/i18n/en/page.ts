// Names of the pages, for the window's title and the navigation.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  login: 'Sign in',
  home: 'My lessons',
  schedule: 'Schedule',
  operator: 'Operations',
  lesson: 'Lesson',
  enter: 'Before the lesson',
  deviceCheck: 'Device check',
  live: 'Live classroom',
  replay: 'Replay',
  quality: 'Quality report',
  report: 'Report',
  forbidden: 'No permission',
  notFound: 'Page not found',
  forbiddenText: 'Your account may not open this page. If you think it should, please ask the administrator of your institution.',
  notFoundText: 'The address may be mistyped, or this lesson no longer exists.',
};
