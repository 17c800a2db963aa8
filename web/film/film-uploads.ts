// Uploads of films of this window: they go on while one looks at other pages.
import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import { secondsLeft, type Pace } from '../courseware/upload-pace.ts';
import { RestError, type RestErrorCode } from '../rest.ts';
import { sendFilm } from './film-upload.ts';

export interface FilmUpload {
  key: number; courseId: string; name: string; sizeBytes: number; receivedBytes: number; filmId: string | null; state: 'sending' | 'waiting' | 'failed'; error: RestErrorCode | null;
  /** Until all is sent; null where it is not known. */
  leftSeconds: number | null;
}
let lastKey = 0;

export const useFilmUploads = defineStore('filmUploads', () => {
  const uploads = shallowRef<readonly FilmUpload[]>([]);
  /** Counts what is finished: lists are read anew. */
  const finished = shallowRef(0);
  const stops = new Map<number, AbortController>();
  const change = (key: number, part: Partial<FilmUpload>): void => { uploads.value = uploads.value.map((one) => (one.key === key ? { ...one, ...part } : one)); };
  const drop = (key: number): void => { uploads.value = uploads.value.filter((one) => one.key !== key); };

  async function send(courseId: string, file: File, limits: { maxBytes: number; pieceBytes: number }): Promise<void> {
    const key = ++lastKey;
    const stop = new AbortController();
    stops.set(key, stop);
    uploads.value = [...uploads.value, { key, courseId, name: file.name, sizeBytes: file.size, receivedBytes: 0, filmId: null, state: 'sending', error: null, leftSeconds: null }];
    let pace: Pace | null = null;
    try {
      // Refused before a byte of it is sent.
      if (file.size > limits.maxBytes) throw new RestError('film_too_large', 'too large');
      await sendFilm({
        courseId, file, pieceBytes: limits.pieceBytes, signal: stop.signal, onWaiting: (waiting) => {
          if (waiting) pace = null;
          change(key, waiting ? { state: 'waiting', leftSeconds: null } : { state: 'sending' });
        },
        onProgress: ({ receivedBytes, filmId }) => {
          const now = performance.now();
          pace ??= { fromBytes: receivedBytes, sinceMs: now };
          change(key, { receivedBytes, filmId, leftSeconds: secondsLeft(pace, receivedBytes, file.size, now) });
        },
      });
      drop(key);
    } catch (error) {
      if (stop.signal.aborted) drop(key);
      else if (error instanceof RestError) change(key, { state: 'failed', error: error.code });
      // The browser cannot read it any more: it was moved, changed, or its disk is gone.
      else if (error instanceof DOMException) change(key, { state: 'failed', error: null });
      else throw error;
    } finally {
      stops.delete(key);
      finished.value++;
    }
  }
  /** Stops sending, or takes the word of a failure away. What is there stays, and is gone on with by the same file. */
  function stop(key: number): void {
    const running = stops.get(key);
    if (running) running.abort();
    else drop(key);
  }
  return { uploads, finished, send, stop };
});
