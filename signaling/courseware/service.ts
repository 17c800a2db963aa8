// Courseware of a course as its staff keep it: the list, and taking a file away.
import type { Courseware, CoursewareList } from '#contracts/courseware.ts';
import { uploadPieceBytes } from '#domain/courseware.ts';
import { Courseware as CoursewareRow } from '#db/entities/courseware.ts';
import { appendEvent, unitOfWork } from '#db/orm.ts';
import { coursePlaceOfStaff, coursewareOf } from '#db/queries/courseware-access.ts';
import { removePieces } from '#db/queries/courseware-pieces.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import type { Deps } from '../deps.ts';

export const maxBytes = ({ config }: Deps): number => config.COURSEWARE_MAX_MB * 1_000_000;

export function view(row: CoursewareRow, personId: string): Courseware {
  const { id, title, status, kind = null, sizeBytes, receivedBytes, refusal = null, pageCount = null } = row;
  return { coursewareId: id, title, status, kind, sizeBytes, receivedBytes, refusal, pageCount, uploadedAt: row.createdAt.toISOString(), own: row.uploadedBy === personId };
}

/** Throws not_found, forbidden. */
export async function listCourseware(deps: Deps, personId: string, lessonId: string): Promise<CoursewareList> {
  const em = deps.orm.em.fork();
  const { courseId } = await coursePlaceOfStaff(em, personId, lessonId);
  const rows = await em.find(CoursewareRow, { courseId, removedAt: null }, { orderBy: { createdAt: 'desc', id: 'desc' } });
  return { courseware: rows.map((row) => view(row, personId)), maxBytes: maxBytes(deps), pieceBytes: uploadPieceBytes };
}

/** Asked again it changes nothing. Throws not_found, forbidden, wrong_lesson. */
export async function removeCourseware(deps: Deps, personId: string, { lessonId, coursewareId }: { lessonId: string; coursewareId: string }): Promise<void> {
  const at = deps.now();
  const dropped = await unitOfWork(deps.orm, actorFor(personId, null), async (em) => {
    const { courseId, institutionId } = await coursePlaceOfStaff(em, personId, lessonId);
    const row = await coursewareOf(em, courseId, coursewareId);
    if (row.removedAt) return null;
    if (row.status === 'uploading') {
      // Nobody ever saw anything of it.
      await em.nativeDelete(CoursewareRow, { id: row.id, status: 'uploading' });
      return row;
    }
    await em.nativeUpdate(CoursewareRow, { id: row.id }, { removedAt: at });
    await appendEvent(em, actorFor(personId, institutionId), `lesson:${lessonId}`, 'courseware:removed', at, { coursewareId });
    return null;
  });
  if (dropped) await removePieces(deps.storage, dropped);
}
