// Every route that hands out files of people, classes or institutions is known to the security log.
import { expect, it } from 'vitest';
import { securityKindOf } from '#domain/security-log.ts';
import { restRoutes as rest } from './rest.ts';

it('names only routes there are', () => {
  const routes = Object.keys(rest);
  expect(routes.filter((route) => securityKindOf(route) === 'api_client')).toHaveLength(2);
  expect(routes.filter((route) => securityKindOf(route) === 'hold')).toHaveLength(2);
  expect(securityKindOf('GET /api/inspection-looks/:lookId/picture')).toBe('picture_opened');
  // Whatever hands out a file of a class, an institution or a person stands in it; what plays, is printed for everybody, or is an empty form does not.
  const open = /^GET \/api\/(certificate-checks|evidence|corner|films|replays|roster-template|question-template|certificates|courseware|lessons\/:lessonId\/(live-stream|question-pictures|courseware)|viewings|segments|face-detector|question-pictures|calendar|openapi)/;
  const files = Object.entries(rest).filter(([name, route]) => 'reply' in route && route.reply === 'file' && name.startsWith('GET ') && !open.test(name)).map(([name]) => name);
  expect(files.filter((name) => securityKindOf(name) === null)).toEqual([]);
});
