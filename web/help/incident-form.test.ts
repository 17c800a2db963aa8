// An incident's form: times are those of Shanghai, and what was not touched keeps its seconds.
import { expect, it } from 'vitest';
import type { Incident } from '#contracts/help-routes.ts';
import { bodyOf, formOf, instantOf, typedTime } from './incident-form.ts';

const incident: Incident = {
  incidentId: 'x', institutionId: null, institutionName: null, found: null, from: '2026-03-01T16:30:20.500Z', until: null, what: '断网', whom: '', cause: '', measures: '', reportedAt: null, lessonIds: ['l'], ticketIds: ['t'],
  revision: 1, lessons: [], changedAt: '2026-03-02T00:00:00.000Z', changedBy: '', mayChange: true,
};

it('reads and writes times of Shanghai', () => {
  expect(typedTime('2026-03-01T16:30:20.500Z')).toBe('2026-03-02T00:30');
  expect(instantOf('2026-03-02T00:30')).toBe('2026-03-01T16:30:00.000Z');
  expect([instantOf(''), instantOf('x'), typedTime(null)]).toEqual([null, null, '']);
});

it('keeps what was not touched', () => {
  expect(bodyOf(formOf(incident), incident)).toMatchObject({ from: incident.from, until: null, lessonIds: ['l'], ticketIds: ['t'] });
  expect(bodyOf({ ...formOf(incident), from: '2026-03-02T00:31' }, incident)?.from).toBe('2026-03-01T16:31:00.000Z');
  expect(bodyOf({ ...formOf(incident), from: '' }, incident)).toBeNull();
});
