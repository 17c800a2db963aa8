// The measurement of faces in its short form: real pictures, real engine, the real product and a learner's camera. Speed is not judged here.
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { sharedFaces } from './faces/pictures.ts';
import { benchFaces } from './faces.ts';

const missing = !process.env['FACE_MODELS_DIR'] ? ' (skipped: FACE_MODELS_DIR is not set)' : existsSync(sharedFaces) ? '' : ' (skipped: no folder ../shared/faces with test photos)';

it.skipIf(missing !== '')(`measures pairs, altered snapshots, speed beside the bare library, and a verdict on the real platform${missing}`, async () => {
  const figures = await benchFaces(['--checks', '15', '--e2e-checks', '2']);
  expect(figures).toMatchObject({ falseAccept: 0, falseReject: 0, pairs: { same: 9, different: 96 }, alteredFalseAccepts: 0, persons: 7, e2eChecks: 2, e2eVerdicts: { matched: 4 } });
  const altered = figures['altered'] as Record<string, Record<string, number>>;
  for (const counts of Object.values(altered)) expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(15);
  expect(figures['alteredAgainstOwn']).toMatchObject({ refused: 0, toAPerson: 0 });
  expect(altered['plain']).toEqual({ matched: 15 });
  expect(figures['scenes']).toMatchObject({ 'noface_house.jpg': 'no_face', 'two_people_1.jpg': 'several_faces' });
  for (const name of ['checksPerSecondPerCore', 'p95Ms', 'coresFor20000In10Minutes', 'ratioToBare', 'peakMb', 'e2eVerdictP95Ms', 'e2ePictureToVerdictP95Ms']) expect([name, figures[name]]).toEqual([name, expect.any(Number)]);
});
