// What courseware a chunk has to show: the facts of its session from the rows, the pictures of its pages from the storage.
import { createHash } from 'node:crypto';
import { coursewarePageKey } from '#contracts/places.ts';
import { linesDrawn, pointerWords, scenesShown } from '#db/queries/courseware-facts.ts';
import { DomainError } from '#domain/errors.ts';
import { readablePicture } from '../compose/page-frames.ts';
import { pageKey, type FilmPages, type OnePage } from '../compose/pages.ts';
import type { Window } from '../recording/model.ts';
import type { Unusable } from '../recording/tracks.ts';
import type { DeriveDeps } from './deps.ts';
import type { RecordingState } from './recording-state.ts';

export type PageFacts = Omit<FilmPages, 'pictures'>;

/** None in a group: there the people are to be seen, and the film of the class has the page. Facts behind the window change nothing of it: read again later it is the same, unless a row came late. */
export async function pageFacts({ orm }: Pick<DeriveDeps, 'orm'>, { lessonId, sessionId, groupId }: RecordingState, window: Window): Promise<PageFacts> {
  const em = orm.em.fork();
  const scenes = groupId ? [] : await scenesShown(em, { lessonId, sessionId }, window);
  if (scenes.length === 0) return { scenes, lines: [], words: [] };
  return { scenes, lines: await linesDrawn(em, sessionId, window), words: await pointerWords(em, sessionId, window) };
}

/** Empty where nothing was shown. */
export const factsMark = ({ scenes, lines, words }: PageFacts): string =>
  (scenes.length === 0 ? '' : createHash('sha256').update(JSON.stringify([scenes, lines, words])).digest('hex'));

/** Null where there is none, or none that can be read. Throws storage_unavailable: then the chunk is for later. */
async function pictureOf({ storage, log }: Pick<DeriveDeps, 'storage' | 'log'>, { coursewareId, page }: OnePage): Promise<Buffer | null> {
  try {
    const bytes = await storage.read(coursewarePageKey(coursewareId, page, 'page'));
    await readablePicture(bytes);
    return bytes;
  } catch (error) {
    if (error instanceof DomainError && error.code === 'storage_unavailable') throw error;
    log.error({ err: error, coursewareId, page }, 'page is not in the film: its picture cannot be read');
    return null;
  }
}

export interface ReadPages { pages: FilmPages; mark: string; missing: Unusable[] }
/** Scenes whose picture cannot be read are left out, and told as what cannot be shown. Throws storage_unavailable. */
export async function readPages(deps: Pick<DeriveDeps, 'orm' | 'storage' | 'log'>, state: RecordingState, window: Window): Promise<ReadPages> {
  const facts = await pageFacts(deps, state, window);
  const pictures = new Map<string, Buffer>();
  const wanted = new Map(facts.scenes.map((scene) => [pageKey(scene), scene]));
  for (const [key, scene] of wanted) {
    const picture = await pictureOf(deps, scene);
    if (picture) pictures.set(key, picture);
  }
  const scenes = facts.scenes.filter((scene) => pictures.has(pageKey(scene)));
  const missing = facts.scenes.filter((scene) => !pictures.has(pageKey(scene)))
    .map(({ fromMs, toMs }): Unusable => ({ producerId: '', reason: 'page_missing', span: { fromMs: Math.max(fromMs, window.fromMs), toMs } }));
  return { pages: { ...facts, scenes, pictures }, mark: factsMark(facts), missing };
}
