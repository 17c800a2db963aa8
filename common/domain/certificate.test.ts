// What keeps a certificate back: each fact alone, what is not known, and what is exactly at the limit (R25, R27, R43).
import { describe, expect, it } from 'vitest';
import { certificateLacks, missingFor, stateOfCertificate, type CertificateFacts, type CertificateLack } from './certificate.ts';

const good: CertificateFacts = {
  enrolled: true, identity: 'confirmed', plan: { online: 4, offline: 2 }, unitsHeld: 4, offlineHeld: 2, lessonsOpen: 0, lessonsHeld: 2, figuresDue: false, heldMs: 100, creditedMs: 80, asked: 10, correct: 8,
  exams: 1, examsPassed: 1, examState: 'passed', unsettled: 0, attendanceAtLeast: 80, accuracyAtLeast: 80,
};
const lacking = (change: Partial<CertificateFacts>): CertificateLack[] => missingFor({ ...good, ...change });

it('lacks nothing at the limits', () => {
  expect(missingFor(good)).toEqual([]);
  for (const identity of ['not_asked', 'unavailable'] as const) expect(lacking({ identity })).toEqual([]);
  expect(lacking({ plan: { online: 4, offline: 0 }, offlineHeld: null })).toEqual([]);
  expect(lacking({ unitsHeld: 9 })).toEqual([]);
});

it.each<[CertificateLack, Partial<CertificateFacts>]>([
  ['enrolment_ended', { enrolled: false }], ['identity_missing', { identity: 'none' }], ['identity_denied', { identity: 'denied' }], ['dossier_missing', { plan: null }], ['lessons_open', { lessonsOpen: 1 }],
  ['lessons_none', { lessonsHeld: 0 }], ['figures_due', { figuresDue: true }], ['units_short', { unitsHeld: 3 }], ['offline_short', { offlineHeld: 1 }],
  ['attendance_unknown', { heldMs: 0, creditedMs: 0 }], ['attendance_low', { creditedMs: 79 }], ['accuracy_unknown', { asked: 0, correct: 0 }], ['accuracy_low', { correct: 7 }],
  ['exam_missing', { exams: 0, examsPassed: 0, examState: null }], ['exam_open', { examsPassed: 0, examState: 'none' }], ['exam_open', { examsPassed: 0, examState: 'open' }],
  ['exam_held', { examsPassed: 0, examState: 'held' }], ['exam_held', { examsPassed: 0, examState: 'to_mark' }], ['exam_failed', { examsPassed: 0, examState: 'failed' }], ['exam_failed', { examsPassed: 0, examState: 'annulled' }],
  ['exam_open', { exams: 2, examsPassed: 1, examState: 'passed' }], ['unsettled', { unsettled: 1 }],
])('%s alone keeps it back', (lack, change) => expect(lacking(change)).toEqual([lack]));

describe('what is not known', () => {
  it('is missing, whichever fact it is', () => {
    const unknown = Object.keys(good).filter((name) => !name.endsWith('AtLeast')) as (keyof CertificateFacts)[];
    for (const name of unknown) expect(lacking({ [name]: null }), name).not.toEqual([]);
  });
  it('all at once, in the order of the list', () => {
    const nothing = Object.fromEntries(Object.keys(good).map((name) => [name, name.endsWith('AtLeast') ? 80 : null])) as unknown as CertificateFacts;
    const lacks = missingFor(nothing);
    expect(lacks).toEqual(certificateLacks.filter((lack) => lacks.includes(lack)));
    expect(lacks).toEqual(['enrolment_ended', 'identity_missing', 'dossier_missing', 'lessons_none', 'lessons_open', 'figures_due', 'attendance_unknown', 'accuracy_unknown', 'exam_missing', 'unsettled']);
  });
});

it('is valid, revoked, or replaced', () => {
  expect([null, 'fraud', 'replaced'].map((one) => stateOfCertificate(one as never))).toEqual(['valid', 'revoked', 'replaced']);
});
