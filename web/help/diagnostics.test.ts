// What goes along with a report holds no secrets: addresses lose queries and odd parts, refusals are codes and ids.
import { expect, it } from 'vitest';
import { newId } from '#domain/id.ts';
import { lessonOf, plainPage } from './diagnostics.ts';
import { lastRefusals, noteRefusal } from './last-refusals.ts';

it('tells the path of a page and nothing that may be a secret', () => {
  const lessonId = newId();
  expect(plainPage(`/lessons/${lessonId}/live?token=abc#secret`)).toBe(`/lessons/${lessonId}/live`);
  expect(plainPage('/invitations/Zk3v9QmX8w2')).toBe('/invitations/_');
  expect(plainPage('/')).toBe('/');
  expect(lessonOf(`/lessons/${lessonId}/live?x=1`)).toBe(lessonId);
  expect(lessonOf('/lessons/none/live')).toBeNull();
});

it('keeps the last ten refusals, without request ids that are none', () => {
  const at = new Date('2026-03-02T01:00:00.000Z');
  const requestId = newId();
  noteRefusal('unauthenticated', undefined, at);
  noteRefusal('internal', requestId, at);
  expect(lastRefusals()).toEqual([{ code: 'internal', requestId, at: at.toISOString() }]);
  for (let index = 0; index < 10; index++) noteRefusal('unreachable', '李雷', at);
  expect(lastRefusals()).toEqual(Array(10).fill({ code: 'unreachable', requestId: null, at: at.toISOString() }));
});
