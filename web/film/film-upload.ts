// Sends a film piece by piece, each with its hash.
import type { Film } from '#contracts/film-routes.ts';
import { rest } from '../rest.ts';
import { sendPieces, sha256Of, type SendingPieces } from '../send-pieces.ts';

export interface SendingFilm extends Pick<SendingPieces<Film>, 'signal' | 'onProgress' | 'onWaiting'> { courseId: string; file: File; pieceBytes: number }

/** Films of one camera begin alike: so much of the beginning, size and date tell one from the others. */
const markBytes = 1024 * 1024;

async function markOf(file: File): Promise<string> {
  const about = new TextEncoder().encode(`${file.size} ${file.lastModified} `);
  const head = new Uint8Array(await file.slice(0, markBytes).arrayBuffer());
  const all = new Uint8Array(about.length + head.length);
  all.set(about);
  all.set(head, about.length);
  return sha256Of(all);
}

/** Answers the film as it stands when all of it is there. Throws RestError for what waiting does not mend, and the signal's reason. */
export async function sendFilm({ courseId, file, pieceBytes, ...told }: SendingFilm): Promise<Film> {
  const mark = await markOf(file);
  return sendPieces({
    begin: () => rest('POST /api/courses/:courseId/films', { params: { courseId }, body: { title: file.name.slice(0, 200), sizeBytes: file.size, mark } }),
    piece: async ({ filmId, receivedBytes }) => {
      const bytes = await file.slice(receivedBytes, receivedBytes + pieceBytes).arrayBuffer();
      return rest('PUT /api/films/:filmId/pieces/:piece/:sha256', { params: { filmId, piece: String(receivedBytes / pieceBytes), sha256: await sha256Of(bytes) }, body: new Blob([bytes]) });
    },
    passing: ['unreachable', 'storage_unavailable', 'film_offset', 'film_piece_damaged', 'bad_request'], ...told,
  });
}
