// Sends a file piece by piece: after a cut it asks what is there and goes on, for as long as somebody waits for it.
import { RestError, type RestErrorCode } from './rest.ts';

/** How far an upload is, as the server says. */
export interface SentRow { status: string; receivedBytes: number }
export interface SendingPieces<R extends SentRow> {
  /** Begins the upload, or finds the one that was cut off. */
  begin(): Promise<R>;
  /** Sends what comes next. */
  piece(row: R): Promise<R>;
  /** What says nothing about the file: the network, a store that is away, a piece that was cut. */
  passing: readonly RestErrorCode[];
  signal: AbortSignal; onProgress: (row: R) => void; onWaiting: (waiting: boolean) => void;
}

const [firstPauseMs, longestPauseMs] = [1_000, 15_000];

const pause = (ms: number, signal: AbortSignal): Promise<void> => new Promise((resolve) => {
  const done = (): void => { clearTimeout(timer); window.removeEventListener('online', done); signal.removeEventListener('abort', done); resolve(); };
  const timer = setTimeout(done, ms);
  window.addEventListener('online', done);
  signal.addEventListener('abort', done);
});

export async function sha256Of(bytes: BufferSource): Promise<string> {
  return [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Answers the file as it stands when all of it is there. Throws RestError for what waiting does not mend, and the signal's reason. */
export async function sendPieces<R extends SentRow>({ begin, piece, passing, signal, onProgress, onWaiting }: SendingPieces<R>): Promise<R> {
  let row: R | null = null;
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
