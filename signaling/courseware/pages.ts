// Pages as pictures: every one for staff; for others what was shown in this lesson, and the page after it, so that a turn finds it loaded.
import { coursewarePageKey } from '#contracts/places.ts';
import { lastPageForLearners } from '#domain/courseware.ts';
import { DomainError } from '#domain/errors.ts';
import { coursePlace, coursewareOf, furthestShown } from '#db/queries/courseware-access.ts';
import type { Deps } from '../deps.ts';
import type { FileAnswer, Redirect } from '../http/file-answer.ts';
import { versionOf, type SharedBytes } from '../http/shared-bytes.ts';

export interface WantedPage { lessonId: string; coursewareId: string; page: number; size: 'page' | 'thumb' }
const type = 'image/webp';
/** A page never changes. */
const keepSeconds = 86_400;

/** Throws not_found, wrong_lesson, courseware_not_ready, courseware_page. */
export async function pageFile({ deps, bytes }: { deps: Deps; bytes: SharedBytes }, personId: string, { lessonId, coursewareId, page, size }: WantedPage): Promise<FileAnswer | Redirect> {
  const em = deps.orm.em.fork();
  const { courseId, staff } = await coursePlace(em, personId, lessonId);
  const row = await coursewareOf(em, courseId, coursewareId);
  const pageCount = row.status === 'ready' ? (row.pageCount ?? 0) : 0;
  const last = staff ? pageCount : lastPageForLearners(await furthestShown(em, lessonId, coursewareId), pageCount);
  // Whoever was never shown it does not learn that it is there.
  if (!staff && last === 0) throw new DomainError('not_found', 'no such courseware');
  if (pageCount === 0) throw new DomainError('courseware_not_ready', `it is ${row.status}`);
  if (page > last) throw new DomainError('courseware_page', 'no such page, or not shown yet');
  const key = coursewarePageKey(coursewareId, page, size);
  const link = await deps.storage.link(key, { seconds: keepSeconds, contentType: type });
  if (link) return { redirectTo: link };
  const found = await bytes.stat(key);
  if (!found) throw new DomainError('not_found', 'the picture of this page is missing');
  const version = versionOf(found);
  return { type, sizeBytes: found.sizeBytes, etag: `"${version}"`, keepSeconds, open: (range) => bytes.open({ key, version, ...(range ?? { start: 0, end: found.sizeBytes - 1 }) }) };
}
