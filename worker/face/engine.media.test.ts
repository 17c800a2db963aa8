// The engine on real photos: same and different persons, spoilt pictures, prints and screens, files that are no pictures.
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFaceEngine, thresholds, type Analysis, type FaceEngine } from './engine.ts';
import { judgeCheck, judgeEnrolment } from './judge.ts';
import { distance } from './measure.ts';

const models = process.env['FACE_MODELS_DIR'];
const photos = join(import.meta.dirname, '../../../shared/faces');
const missing = !models ? ' (skipped: FACE_MODELS_DIR is not set)' : existsSync(photos) ? '' : ' (skipped: no folder ../shared/faces with test photos)';
const names = ['obama', 'biden', 'vlado', 'f1dad', 'f1mom', 'f2lady', 'f2man'];
const files = names.flatMap((name) => [1, 2, 3].map((number) => `${name}_${number}.jpg`)).filter((file) => existsSync(join(photos, file)));
const person = (file: string): string => file.split('_')[0]!;

describe.skipIf(missing !== '')(`the face engine${missing}`, () => {
  let engine: FaceEngine;
  const seen = new Map<string, Analysis>();
  const photo = (file: string): Promise<Buffer> => readFile(join(photos, file));
  const verdict = async (bytes: Buffer, enrolled: string[]): Promise<string> =>
    judgeCheck(await engine.analyse(bytes), enrolled.map((file) => seen.get(file)!.main!.vector), thresholds).verdict;

  beforeAll(async () => {
    engine = await openFaceEngine(models!);
    for (const file of files) seen.set(file, await engine.analyse(await photo(file)));
  });
  afterAll(() => engine?.close());

  it('accepts every pair of one person and no pair of two (15 photos of 7 persons)', () => {
    const counts = { same: 0, different: 0, falseReject: 0, falseAccept: 0 };
    const distances: { same: number[]; different: number[] } = { same: [], different: [] };
    files.forEach((a, index) => files.slice(index + 1).forEach((b) => {
      const apart = distance(seen.get(a)!.main!.vector, seen.get(b)!.main!.vector);
      const kind = person(a) === person(b) ? 'same' : 'different';
      counts[kind]++;
      distances[kind].push(apart);
      if (kind === 'same' && apart > thresholds.match) counts.falseReject++;
      if (kind === 'different' && apart <= thresholds.match) counts.falseAccept++;
    }));
    expect(counts).toEqual({ same: 9, different: 96, falseReject: 0, falseAccept: 0 });
    // Measured when the recipe was chosen: all pairs of one person below 0.5, pairs of two far above.
    expect(Math.max(...distances.same)).toBeLessThan(0.5);
    expect(Math.min(...distances.different)).toBeGreaterThan(0.6);
  });

  it('gives the distances it gave when its thresholds were chosen, however its sums are done', () => {
    const then = {
      'biden_1 biden_2': 0.41605, 'f1dad_1 f1dad_2': 0.08787, 'f1mom_1 f1mom_2': 0.12556, 'f2lady_1 f2lady_2': 0.12721, 'f2man_1 f2man_2': 0.11183, 'obama_1 obama_2': 0.23404,
      'obama_1 obama_3': 0.16701, 'obama_2 obama_3': 0.20734, 'vlado_1 vlado_2': 0.18192, 'f2lady_2 f2man_1': 0.7454, 'f2lady_1 f2man_2': 0.77043, 'biden_1 obama_3': 0.84571,
    };
    for (const [pair, apart] of Object.entries(then)) {
      const [one, other] = pair.split(' ').map((name) => seen.get(`${name}.jpg`)!.main!.vector);
      expect([pair, Math.abs(distance(one!, other!) - apart) < 0.01]).toEqual([pair, true]);
    }
  });

  it('enrols two photos of one person and refuses two persons, nobody and a crowd', async () => {
    const reason = (...analyses: Analysis[]) => judgeEnrolment(analyses, thresholds).reason;
    expect(reason(seen.get('obama_1.jpg')!, seen.get('obama_2.jpg')!)).toBeNull();
    expect(reason(seen.get('f2lady_1.jpg')!, seen.get('f2lady_2.jpg')!)).toBeNull();
    expect(reason(seen.get('f1dad_1.jpg')!, seen.get('f1dad_2.jpg')!), 'both from the same side').toBe('not_turned');
    expect(reason(seen.get('vlado_1.jpg')!, seen.get('vlado_2.jpg')!)).toBe('too_small');
    expect(reason(seen.get('obama_1.jpg')!, seen.get('biden_1.jpg')!)).toBe('not_same_person');
    expect(reason(seen.get('obama_1.jpg')!, await engine.analyse(await photo('noface_house.jpg')))).toBe('no_face');
    expect(reason(await engine.analyse(await photo('two_people_1.jpg')), seen.get('obama_1.jpg')!)).toBe('several_faces');
  });

  it('gives the verdict words on real pictures', async () => {
    const enrolled = ['obama_1.jpg', 'obama_2.jpg'];
    expect(await verdict(await photo('obama_3.jpg'), enrolled)).toBe('matched');
    expect(await verdict(await photo('biden_2.jpg'), enrolled)).toBe('mismatched');
    expect(await verdict(await photo('noface_house.jpg'), enrolled)).toBe('no_face');
    expect(await verdict(await photo('noface_dog.jpg'), enrolled)).toBe('no_face');
    expect(await verdict(await photo('two_people_1.jpg'), enrolled)).toBe('several_faces');
    expect(await verdict(await photo('two_people_2.jpg'), enrolled)).toBe('several_faces');
  });

  it('still knows the person in a small, darker, turned and compressed picture, and never calls a spoilt one somebody else', async () => {
    const enrolled = ['obama_1.jpg', 'obama_2.jpg'];
    const source = await photo('obama_3.jpg');
    const spoilt = {
      tilted: sharp(source).rotate(15, { background: '#777' }), compressed: sharp(source).jpeg({ quality: 10 }), mirrored: sharp(source).flop(),
      dimmed: sharp(source).linear(0.3, 0), webp: sharp(source).webp(), png: sharp(source).png(),
    };
    for (const [name, picture] of Object.entries(spoilt)) expect([name, await verdict(await picture.toBuffer(), enrolled)]).toEqual([name, 'matched']);
    const hopeless = { black: sharp(source).linear(0.05, 0), blurred: sharp(source).blur(14), tiny: sharp(source).resize(40) };
    for (const [name, picture] of Object.entries(hopeless)) {
      expect([name, ['poor_quality', 'no_face', 'review', 'matched'].includes(await verdict(await picture.jpeg().toBuffer(), enrolled))]).toEqual([name, true]);
    }
  });

  it('flags a print and lets a living face pass', async () => {
    const flag = async (file: string) => judgeCheck(await engine.analyse(await photo(file)), null, thresholds).measures['spoofSuspected'];
    expect([await flag('spoof_print.jpg'), await flag('spoof_screen.jpg'), await flag('live_person.jpg')]).toEqual([1, 1, 0]);
  });

  it('refuses what is no whole JPEG, PNG or WebP', async () => {
    const jpeg = await photo('biden_1.jpg');
    const bomb = await sharp({ create: { width: 9000, height: 9000, channels: 3, background: '#fff' } }).png().toBuffer();
    const wrong = {
      empty: Buffer.alloc(0), text: Buffer.from('hello'), svg: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      gif: await sharp(jpeg).resize(64).gif().toBuffer(), cutOff: jpeg.subarray(0, jpeg.length / 2), bomb, headOnly: jpeg.subarray(0, 3),
    };
    for (const [name, bytes] of Object.entries(wrong)) await expect(engine.analyse(bytes), name).rejects.toMatchObject({ code: 'picture_invalid' });
  });

  it('does not start with a missing or another file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'models-'));
    try {
      await expect(openFaceEngine(folder)).rejects.toThrow(/FACE_MODELS_DIR=.*fr_detect\.onnx cannot be read/);
      for (const file of ['fr_detect.onnx', 'fr_landmark.onnx', 'fr_liveness.onnx']) await copyFile(join(models!, file), join(folder, file));
      await writeFile(join(folder, 'fr_feature.onnx'), 'other weights');
      await expect(openFaceEngine(folder)).rejects.toThrow(/fr_feature\.onnx is not the expected file/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
