// Finds recorded sessions under a folder: a lesson's or a session's captures, a room, a boot or one producer, wherever they were copied to.
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { timelineFile } from '#contracts/places.ts';
import { ConfigError } from '#runtime/config.ts';
import type { Boot } from '../recording/rooms.ts';

/** A session's folder with what of it lies in the folder that was asked for. */
export interface FoundSession { path: string; boots: Boot[]; /** Folders of captures, each in one of the boots. */ captures: string[] }

const segmentPattern = /\.rtplog(\.part)?$/;

/** Throws ConfigError with one line: no such folder, no folder, empty, no capture, or a session in which nothing was captured. */
export async function findSessions(given: string): Promise<FoundSession[]> {
  const folder = resolve(given);
  const found = await stat(folder).catch(() => null);
  if (!found) throw new ConfigError([`There is no folder ${folder}.`]);
  if (!found.isDirectory()) throw new ConfigError([`${folder} is a file: name the folder of a lesson's or a session's captures.`]);
  const names = (await readdir(folder, { recursive: true })).sort();
  if (names.length === 0) throw new ConfigError([`${folder} is empty: nothing was captured there.`]);
  const captures = [...new Set(names.filter((name) => segmentPattern.test(name)).map((name) => dirname(join(folder, name))))];
  const timelines = names.filter((name) => basename(name) === timelineFile).map((name) => dirname(join(folder, name)));
  if (captures.length === 0 && timelines.length === 0) throw new ConfigError([`${folder} is no capture: there is no segment (.rtplog) and no ${timelineFile} in it.`]);
  if (captures.length === 0) throw new ConfigError([`Nothing was captured in ${folder}: it has a ${timelineFile} and no segment (.rtplog).`]);
  const boots = [...new Set([...timelines, ...captures.map((path) => dirname(path))])].sort()
    .map((path): Boot => ({ path, nodeBoot: basename(path), roomId: basename(dirname(path)) }));
  return [...Map.groupBy(boots, ({ path }) => dirname(dirname(path)))]
    .map(([path, ofSession]) => ({ path, boots: ofSession, captures: captures.filter((capture) => ofSession.some((boot) => boot.path === dirname(capture))) }));
}
