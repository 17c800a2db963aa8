// Courseware as rows and files: what the worker would have made of an upload.
import sharp from 'sharp';
import { coursewarePageKey } from '#contracts/places.ts';
import type { CoursewareStatus } from '#domain/courseware.ts';
import { newId } from '#domain/id.ts';
import { Courseware } from '#db/entities/courseware.ts';
import type { Orm } from '#db/orm.ts';
import type { Storage } from '#runtime/storage.ts';
import type { School } from './school.ts';

export interface CoursewareWish { pageCount?: number; status?: CoursewareStatus; storage?: Storage }

/** Of the school's course; with a storage its pages lie there. */
export async function addCourseware(orm: Orm, school: Pick<School, 'institutionId' | 'courseId' | 'teacher'>, at: Date, { pageCount = 3, status = 'ready', storage }: CoursewareWish = {}): Promise<string> {
  const id = newId();
  await orm.em.fork().insert(Courseware, {
    id, institutionId: school.institutionId, courseId: school.courseId, title: '焊接安全.pdf', mark: 'ab'.repeat(32), uploadedBy: school.teacher.personId, sizeBytes: 1000,
    receivedBytes: status === 'uploading' ? 0 : 1000, kind: status === 'uploading' ? null : 'pdf', status, refusal: status === 'refused' ? 'active_content' : null,
    pageCount: status === 'ready' ? pageCount : null, sha256: null, createdAt: at, heardAt: at, settledAt: null, removedAt: null,
  });
  if (storage) {
    for (let page = 1; page <= pageCount; page++) {
      const bytes = await sharp({ create: { width: 64, height: 36, channels: 3, background: { r: 40 * page, g: 90, b: 90 } } }).webp().toBuffer();
      for (const size of ['page', 'thumb'] as const) await storage.putBytes(coursewarePageKey(id, page, size), bytes);
    }
  }
  return id;
}
