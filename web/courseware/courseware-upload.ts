// Sends a file piece by piece: after a cut it asks what is there and goes on, for as long as somebody waits for it.
import type { Courseware } from '#contracts/courseware.ts';
import { rest, RestError, type RestErrorCode } from '../rest.ts';

export interface Sending { lessonId: string; file: File; pieceBytes: number; signal: AbortSignal; onProgress: (row: Courseware) => void; onWaiting: (waiting: boolean) => void }

/** So much of a file tells it from others. */
const markBytes = 256 * 1024;
const [firstPauseMs, longestPauseMs] = [1_000, 15_000];
/** What says nothing about the file: the network, a store that is away, a piece that was cut. */
const passing: readonly RestErrorCode[] = ['unreachable', 'storage_unavailable', 'courseware_offset', 'bad_request'];

async function markOf(file: File): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', await file.slice(0, markBytes).arrayBuffer());
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

const pause = (ms: number, signal: AbortSignal): Promise<void> => new Promise((resolve) => {
  const done = (): void => { clearTimeout(timer); window.removeEventListener('online', done); signal.removeEventListener('abort', done); resolve(); };
  const timer = setTimeout(done, ms);
  window.addEventListener('online', done);
  signal.addEventListener('abort', done);
});

/** Answers the file as it stands when all of it is there. Throws RestError for what waiting does not mend, and the signal's reason. */
export async function sendCourseware({ lessonId, file, pieceBytes, signal, onProgress, onWaiting }: Sending): Promise<Courseware> {
  const mark = await markOf(file);
  const begin = (): Promise<Courseware> => rest('POST /api/lessons/:lessonId/courseware', { params: { lessonId }, body: { title: file.name.slice(0, 200), sizeBytes: file.size, mark } });
  const piece = ({ coursewareId, receivedBytes }: Courseware): Promise<Courseware> => rest('PUT /api/lessons/:lessonId/courseware/:coursewareId/pieces/:piece', {
    params: { lessonId, coursewareId, piece: String(receivedBytes / pieceBytes) }, body: file.slice(receivedBytes, receivedBytes + pieceBytes),
  });
  let row: Courseware | null = null;
  for (let failures = 0; ;) {
    signal.throwIfAborted();
    try {
      row = row ? await piece(row) : await begin();
      failures = 0;
      onWaiting(false);
      onProgress(row);
      if (row.status !== 'uploading') return row;
    } catch (error) {
      // The very first question has a person before it: they are told at once.
      if (!(error instanceof RestError) || !passing.includes(error.code) || (!row && failures === 0 && error.code === 'bad_request')) throw error;
      row = null;
      onWaiting(true);
      await pause(Math.min(longestPauseMs, firstPauseMs * 2 ** failures++), signal);
    }
  }
}
