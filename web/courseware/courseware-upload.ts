// Sends courseware piece by piece.
import type { Courseware } from '#contracts/courseware.ts';
import { rest } from '../rest.ts';
import { sendPieces, sha256Of, type SendingPieces } from '../send-pieces.ts';

export interface Sending extends Pick<SendingPieces<Courseware>, 'signal' | 'onProgress' | 'onWaiting'> { lessonId: string; file: File; pieceBytes: number }

/** So much of a file tells it from others. */
const markBytes = 256 * 1024;

/** Answers the file as it stands when all of it is there. Throws RestError for what waiting does not mend, and the signal's reason. */
export async function sendCourseware({ lessonId, file, pieceBytes, ...told }: Sending): Promise<Courseware> {
  const mark = await sha256Of(await file.slice(0, markBytes).arrayBuffer());
  return sendPieces({
    begin: () => rest('POST /api/lessons/:lessonId/courseware', { params: { lessonId }, body: { title: file.name.slice(0, 200), sizeBytes: file.size, mark } }),
    piece: ({ coursewareId, receivedBytes }) => rest('PUT /api/lessons/:lessonId/courseware/:coursewareId/pieces/:piece', {
      params: { lessonId, coursewareId, piece: String(receivedBytes / pieceBytes) }, body: file.slice(receivedBytes, receivedBytes + pieceBytes),
    }),
    passing: ['unreachable', 'storage_unavailable', 'courseware_offset', 'bad_request'], ...told,
  });
}
