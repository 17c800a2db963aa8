// Fingerprints of real pictures, altered as cameras, programs and networks alter them: near; of another picture of the same person, or a moved one: far.
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { printDistance } from '#domain/picture-print.ts';
import { nearBits } from '#domain/signal-rules.ts';
import { fingerprint } from './fingerprint.ts';

const photos = join(import.meta.dirname, '../../../shared/faces');
const there = existsSync(photos);
const files = there ? readdirSync(photos).filter((name) => name.endsWith('.jpg')) : [];
const opened = (bytes: Buffer): Sharp => sharp(bytes);
/** A snapshot as the browser sends it. */
const snapshot = async (name: string): Promise<Buffer> => sharp(await readFile(join(photos, name))).rotate().resize(640, 480, { fit: 'cover' }).jpeg({ quality: 88 }).toBuffer();
const hashOf = async (bytes: Buffer): Promise<string> => (await fingerprint(bytes))!.hash;

const harmless: Record<string, (bytes: Buffer) => Promise<Buffer>> = {
  'compressed again': (bytes) => opened(bytes).jpeg({ quality: 45 }).toBuffer(),
  'as WebP': (bytes) => opened(bytes).webp({ quality: 60 }).toBuffer(),
  'half as large': (bytes) => opened(bytes).resize(320, 240).jpeg({ quality: 85 }).toBuffer(),
  'twice as large': (bytes) => opened(bytes).resize(1280, 960).jpeg({ quality: 85 }).toBuffer(),
  brightened: (bytes) => opened(bytes).linear(1.1, 8).jpeg({ quality: 88 }).toBuffer(),
  darkened: (bytes) => opened(bytes).linear(0.85, 0).jpeg({ quality: 88 }).toBuffer(),
};

describe.skipIf(!there)(`prints of real pictures${there ? '' : ' (skipped: no folder ../shared/faces with test photos)'}`, () => {
  it('keeps what is done to one picture near', async () => {
    const figures: Record<string, number[]> = {};
    for (const name of files) {
      const original = await snapshot(name);
      const hash = await hashOf(original);
      for (const [what, alter] of Object.entries(harmless)) (figures[what] ??= []).push(printDistance(hash, await hashOf(await alter(original))));
    }
    for (const [what, distances] of Object.entries(figures)) {
      const near = distances.filter((distance) => distance <= nearBits.own).length;
      console.log(`${what}: ${distances.toSorted((one, other) => one - other).join(' ')}`);
      expect(near / distances.length, what).toBeGreaterThanOrEqual(0.9);
      expect(Math.max(...distances), what).toBeLessThanOrEqual(6);
    }
  });

  it('finds another picture of the same person, and every other picture, far', async () => {
    const hashes = new Map<string, string>();
    for (const name of files) hashes.set(name, await hashOf(await snapshot(name)));
    const distances: { pair: string; distance: number; same: boolean }[] = [];
    const person = (name: string): string => name.replace(/_\d+\.jpg$/, '');
    files.forEach((one, index) => files.slice(index + 1).forEach((other) => distances.push({
      pair: `${one} ${other}`, distance: printDistance(hashes.get(one)!, hashes.get(other)!), same: person(one) === person(other),
    })));
    const nearest = distances.toSorted((one, other) => one.distance - other.distance).slice(0, 5);
    console.log('nearest of two pictures', nearest, 'of one person', distances.filter(({ same }) => same).map(({ distance }) => distance).sort((one, other) => one - other).join(' '));
    expect(nearest[0]!.distance).toBeGreaterThan(nearBits.others);
    expect(distances.filter(({ same }) => same).every(({ distance }) => distance > 8)).toBe(true);
  });

  it('tells a learner who moved a little from one picture shown twice', async () => {
    const moved: Record<string, number[]> = {};
    for (const name of files) {
      const wide = await sharp(await readFile(join(photos, name))).rotate().resize(720, 540, { fit: 'cover' }).toBuffer();
      const cut = (left: number, top: number, width = 640): Promise<Buffer> =>
        sharp(wide).extract({ left, top, width, height: Math.round(width * 0.75) }).resize(640, 480).jpeg({ quality: 88 }).toBuffer();
      const hash = await hashOf(await cut(40, 30));
      const others: Record<string, Buffer> = { '6 pixels': await cut(46, 30), '13 pixels': await cut(53, 36), '26 pixels': await cut(66, 40), '5 % nearer': await cut(56, 42, 608) };
      for (const [how, bytes] of Object.entries(others)) (moved[how] ??= []).push(printDistance(hash, await hashOf(bytes)));
    }
    for (const [how, distances] of Object.entries(moved)) console.log(`moved ${how}: ${distances.toSorted((one, other) => one - other).join(' ')}`);
    const beyond = (how: string): number => moved[how]!.filter((distance) => distance > nearBits.own).length / moved[how]!.length;
    expect(beyond('26 pixels')).toBeGreaterThan(0.8);
  });

  it('has the same digest for the same bytes only', async () => {
    const [bytes, again] = [await snapshot(files[0]!), await snapshot(files[0]!)];
    expect(await fingerprint(bytes)).toEqual(await fingerprint(again));
    expect((await fingerprint(await harmless['compressed again']!(bytes)))!.digest).not.toBe((await fingerprint(bytes))!.digest);
  });
});

it('has none of a covered camera, nor of what is no picture', async () => {
  const flat = (level: number): Promise<Buffer> => sharp({ create: { width: 640, height: 480, channels: 3, background: { r: level, g: level, b: level } } }).jpeg().toBuffer();
  for (const bytes of [await flat(0), await flat(200), Buffer.from('not a picture')]) expect(await fingerprint(bytes)).toBeNull();
});
