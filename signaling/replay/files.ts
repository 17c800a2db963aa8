// The files of a unit: MP4 and HLS from one encode, with ranges, for everybody who has a role in the lesson.
import { unitKey } from '#contracts/places.ts';
import { DomainError } from '#domain/errors.ts';
import type { Deps } from '../deps.ts';
import type { FileAnswer } from '../http/file-answer.ts';
import { readyReplay } from './service.ts';

const types = {
  'unit.mp4': 'video/mp4', 'index.m3u8': 'application/vnd.apple.mpegurl', 'stream.m4s': 'video/mp4', 'poster.jpg': 'image/jpeg',
} as const;
export type UnitFile = keyof typeof types;

/** Throws not_found, replay_not_ready. */
export async function unitFile(deps: Deps, personId: string, unitId: string, name: UnitFile): Promise<FileAnswer> {
  await readyReplay(deps.orm.em.fork(), personId, unitId);
  const key = unitKey(unitId, name);
  const found = await deps.storage.stat(key);
  if (!found) throw new DomainError('not_found', 'this unit has no such file');
  return {
    type: types[name], sizeBytes: found.sizeBytes,
    etag: `"${found.sizeBytes.toString(16)}-${found.changedAt.getTime().toString(16)}"`,
    open: (range) => deps.storage.stream(key, range),
  };
}
