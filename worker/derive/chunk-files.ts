// Folders of chunks: made beside their place and moved into it whole, checked before they are joined, removed when they have served.
import { mkdir, mkdtemp, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { chunkDirectory } from '#contracts/places.ts';

export const soundFileNames = ['sound.aac', 'sound-low.aac'] as const;
/** What a chunk's folder holds when it is whole; one without is composed again. */
export const chunkFileNames = ['main.mp4', 'low.mp4', 'sound.flac', 'thumbnails.jpg', ...soundFileNames] as const;

export const chunkFolder = (dataDir: string, recordingId: string, unitId: string, ordinal: number): string =>
  join(dataDir, chunkDirectory(recordingId, unitId, ordinal));
export const unitFolder = (dataDir: string, recordingId: string, unitId: string): string => dirname(chunkFolder(dataDir, recordingId, unitId, 0));

/** Names of folders in work; nothing in them is ever taken. */
const workPrefix = '.work-';
/** Longer than any chunk or file takes: what is older was left by a killed run. */
const leftAfterMs = 60 * 60_000;

/** A new folder of this run's own, on the same file system as where its files will go. */
export async function workFolder(dataDir: string, recordingId: string, unitId: string, name: string): Promise<string> {
  const parent = unitFolder(dataDir, recordingId, unitId);
  await mkdir(parent, { recursive: true });
  return mkdtemp(join(parent, `${workPrefix}${name}-`));
}

/** What killed runs left of a unit. */
export async function removeLeftovers(dataDir: string, recordingId: string, unitId: string, now: Date): Promise<void> {
  const parent = unitFolder(dataDir, recordingId, unitId);
  for (const name of await readdir(parent).catch(() => [])) {
    if (!name.startsWith(workPrefix)) continue;
    const path = join(parent, name);
    const found = await stat(path).catch(() => null);
    if (found && now.getTime() - found.mtimeMs > leftAfterMs) await rm(path, { recursive: true, force: true });
  }
}

/** Recordings and units that have folders of chunks. */
export async function chunkFolders(dataDir: string): Promise<{ recordingId: string; unitId: string }[]> {
  const root = join(dataDir, 'chunks');
  const found: { recordingId: string; unitId: string }[] = [];
  for (const recordingId of await readdir(root).catch(() => [])) {
    for (const unitId of await readdir(join(root, recordingId)).catch(() => [])) found.push({ recordingId, unitId });
  }
  return found;
}

async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  await handle.sync().finally(() => handle.close());
}

/** Writes the folder's files through to the disk, so that a row never promises what a power cut took. */
export async function syncFolder(folder: string): Promise<void> {
  for (const name of await readdir(folder)) await syncPath(join(folder, name));
  await syncPath(folder);
}

/** Puts a finished folder in its place; what lies there from a run that died before its row stood is replaced. */
export async function settleFolder(work: string, place: string): Promise<void> {
  await mkdir(dirname(place), { recursive: true });
  await rm(place, { recursive: true, force: true });
  await rename(work, place);
  await syncPath(dirname(place));
}

/** Replaces single files of a standing chunk by newly encoded ones, each in one step. */
export async function replaceFiles(work: string, place: string, names: readonly string[]): Promise<void> {
  for (const name of names) await rename(join(work, name), join(place, name));
  await syncFolder(place);
}

/** True when every file is there and the pictures have the size they had when they were composed. */
export async function chunkIsWhole(folder: string, bytes: { main: number; low: number }): Promise<boolean> {
  const sizes = await Promise.all(chunkFileNames.map((name) => stat(join(folder, name)).then(({ size }) => size, () => null)));
  return sizes.every((size) => size !== null && size > 0) && sizes[0] === bytes.main && sizes[1] === bytes.low;
}
