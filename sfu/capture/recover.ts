// At start: seals what earlier boots of this node left open. A kill tears at most the last frame; everything before it stays.
import { open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { timelineFile } from '#contracts/places.ts';
import { decodeFrames } from '#runtime/capture-log.ts';
import type { Logger } from '#runtime/log.ts';
import { syncDirectory } from './log-file.ts';

const bootIdLength = 36;

async function cut(path: string, length: number): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.truncate(length);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Cuts one `.part` to its last whole frame and gives it its final name; one without any frame is removed. */
export async function sealPart(path: string): Promise<'sealed' | 'removed'> {
  const { endOfLastFrame } = decodeFrames(await readFile(path));
  const finalPath = path.replace(/\.part$/, '');
  const taken = await stat(finalPath).then(() => true, () => false);
  if (taken) throw new Error(`${finalPath} is there already`);
  if (endOfLastFrame === 0) {
    await unlink(path);
    return 'removed';
  }
  await cut(path, endOfLastFrame);
  await rename(path, finalPath);
  await syncDirectory(dirname(path));
  return 'sealed';
}

async function cutTimeline(path: string): Promise<void> {
  const text = await readFile(path);
  const end = text.lastIndexOf(0x0a) + 1;
  if (end < text.length) await cut(path, end);
}

const belongsTo = (nodeId: string, bootId: string) => (name: string): boolean =>
  name.slice(0, -bootIdLength - 1) === nodeId && name.slice(-bootIdLength) !== bootId;

/** capture/<lesson>/<session>/<room>/<node>-<boot> of this node's earlier boots. */
async function earlierBoots(dataDirectory: string, nodeId: string, bootId: string): Promise<string[]> {
  let level = [join(dataDirectory, 'capture')];
  for (let depth = 0; depth < 4; depth++) {
    const lists = await Promise.all(level.map(async (path) => {
      const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
      return entries.filter((entry) => entry.isDirectory()).map((entry) => ({ path: join(path, entry.name), name: entry.name }));
    }));
    const own = belongsTo(nodeId, bootId);
    level = lists.flat().filter(({ name }) => depth < 3 || own(name)).map(({ path }) => path);
  }
  return level;
}

/** Answers how many files were sealed. A file that cannot be sealed is logged and left for the next start. */
export async function recoverCaptures(dataDirectory: string, nodeId: string, bootId: string, log: Logger): Promise<number> {
  let sealed = 0;
  for (const boot of await earlierBoots(dataDirectory, nodeId, bootId)) {
    const files = await readdir(boot, { recursive: true });
    for (const file of files.filter((name) => name.endsWith('.rtplog.part') || name === timelineFile)) {
      const path = join(boot, file);
      try {
        if (file === timelineFile) await cutTimeline(path);
        else if (await sealPart(path) === 'sealed') sealed++;
      } catch (error) {
        log.error({ err: error, file: path }, 'capture file not sealed');
      }
    }
  }
  return sealed;
}
