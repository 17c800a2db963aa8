// Uploads in pieces: each is stored whole before its row says so, so that a cut loses one piece at most and nobody ever sees half a file.
import { LockMode } from '@mikro-orm/postgresql';
import type { Static } from 'typebox';
import type { Courseware, UploadBody } from '#contracts/courseware.ts';
import { coursewarePieceKey } from '#contracts/places.ts';
import { kindOfBytes, mostCourseware, uploadPieceBytes } from '#domain/courseware.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { Courseware as CoursewareRow } from '#db/entities/courseware.ts';
import { Course } from '#db/entities/people.ts';
import { appendEvent, unitOfWork } from '#db/orm.ts';
import { coursePlaceOfStaff, coursewareOf } from '#db/queries/courseware-access.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import type { Deps } from '../deps.ts';
import type { BytesUpload } from '../http/uploads.ts';
import { maxBytes, view } from './service.ts';

/** Throws not_found, forbidden, courseware_too_large, courseware_full. */
export async function beginUpload(deps: Deps, personId: string, lessonId: string, { title, sizeBytes, mark }: Static<typeof UploadBody>): Promise<Courseware> {
  return unitOfWork(deps.orm, actorFor(personId, null), async (em) => {
    const { courseId, institutionId } = await coursePlaceOfStaff(em, personId, lessonId);
    if (sizeBytes > maxBytes(deps)) throw new DomainError('courseware_too_large', `a file has at most ${maxBytes(deps)} bytes`);
    // One after the other in a course: a second try of the same file finds the first, and the count is right.
    await em.findOneOrFail(Course, { id: courseId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    const begun = await em.findOne(CoursewareRow, { courseId, uploadedBy: personId, mark, sizeBytes, status: 'uploading', removedAt: null });
    if (begun) return view(begun, personId);
    if (await em.count(CoursewareRow, { courseId, removedAt: null }) >= mostCourseware) throw new DomainError('courseware_full', `a course has at most ${mostCourseware} files`);
    const at = deps.now();
    const id = newId(at.getTime());
    await em.insert(CoursewareRow, {
      id, institutionId, courseId, title, mark, uploadedBy: personId, sizeBytes, receivedBytes: 0, kind: null, status: 'uploading', refusal: null, pageCount: null, sha256: null,
      createdAt: at, heardAt: at, settledAt: null, removedAt: null,
    });
    return view(await em.findOneOrFail(CoursewareRow, { id }), personId);
  });
}

interface Piece { lessonId: string; coursewareId: string; piece: number }

/** What of the file is there counts, or the next piece is read; null where it is there already. */
async function nextPiece(row: CoursewareRow, piece: number, body: BytesUpload): Promise<Buffer | null> {
  const offset = piece * uploadPieceBytes;
  if (row.status !== 'uploading' || offset < row.receivedBytes) return null;
  if (offset > row.receivedBytes) throw new DomainError('courseware_offset', `piece ${row.receivedBytes / uploadPieceBytes} comes next`);
  return body.read(Math.min(uploadPieceBytes, row.sizeBytes - offset));
}

/** Writes down that the piece is there; whoever comes second with the same one changes nothing. */
async function noteReceived(deps: Deps, row: CoursewareRow, lessonId: string, bytes: Buffer): Promise<CoursewareRow> {
  const at = deps.now();
  const receivedBytes = row.receivedBytes + bytes.length;
  const whole = receivedBytes === row.sizeBytes;
  const actor = actorFor(row.uploadedBy, row.institutionId);
  return unitOfWork(deps.orm, actor, async (em) => {
    const kind = row.receivedBytes === 0 ? kindOfBytes(bytes) : row.kind;
    const noted = await em.nativeUpdate(CoursewareRow, { id: row.id, status: 'uploading', receivedBytes: row.receivedBytes }, { receivedBytes, heardAt: at, kind, ...(whole && { status: 'converting' as const }) });
    if (noted && whole) await appendEvent(em, actor, `lesson:${lessonId}`, 'courseware:uploaded', at, { coursewareId: row.id, kind, sizeBytes: row.sizeBytes });
    const after = await em.findOne(CoursewareRow, { id: row.id });
    if (!after) throw new DomainError('not_found', 'the upload was thrown away meanwhile');
    return after;
  });
}

/** Throws not_found, forbidden, wrong_lesson, courseware_offset, courseware_type, bad_request. */
export async function takePiece(deps: Deps, personId: string, { lessonId, coursewareId, piece }: Piece, body: BytesUpload): Promise<Courseware> {
  const em = deps.orm.em.fork();
  const { courseId } = await coursePlaceOfStaff(em, personId, lessonId);
  const row = await coursewareOf(em, courseId, coursewareId);
  if (row.removedAt) throw new DomainError('not_found', 'no such courseware');
  if (row.uploadedBy !== personId) throw new DomainError('forbidden', 'somebody else sends this file');
  const bytes = await nextPiece(row, piece, body);
  if (!bytes) return view(row, personId);
  if (piece === 0 && !kindOfBytes(bytes)) {
    await em.nativeDelete(CoursewareRow, { id: row.id, status: 'uploading', receivedBytes: 0 });
    throw new DomainError('courseware_type', 'neither PDF nor picture nor Office file, by its content');
  }
  await deps.storage.putBytes(coursewarePieceKey(row.id, piece), bytes);
  const after = await noteReceived(deps, row, lessonId, bytes);
  if (after.status === 'converting') {
    await deps.queues.add('courseware-pages', row.id, { coursewareId: row.id })
      .catch((error: unknown) => deps.log.warn({ err: error, coursewareId: row.id }, 'job not added: the reconciler will'));
  }
  return view(after, personId);
}
