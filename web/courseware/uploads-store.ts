// Uploads of this page: they go on while one looks at something else in the classroom.
import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import { RestError, type RestErrorCode } from '../rest.ts';
import { sendCourseware } from './courseware-upload.ts';
import { secondsLeft, type Pace } from './upload-pace.ts';

export interface Upload {
  key: number; lessonId: string; name: string; sizeBytes: number; receivedBytes: number; coursewareId: string | null;
  state: 'sending' | 'waiting' | 'failed';
  error: RestErrorCode | null;
  /** Until all is sent; null where it is not known. */
  leftSeconds: number | null;
}
let lastKey = 0;

export const useUploads = defineStore('coursewareUploads', () => {
  const uploads = shallowRef<readonly Upload[]>([]);
  /** Counts what is finished: lists are read anew. */
  const finished = shallowRef(0);
  const stops = new Map<number, AbortController>();
  const change = (key: number, part: Partial<Upload>): void => { uploads.value = uploads.value.map((one) => (one.key === key ? { ...one, ...part } : one)); };
  const drop = (key: number): void => { uploads.value = uploads.value.filter((one) => one.key !== key); };

  async function send(lessonId: string, file: File, limits: { maxBytes: number; pieceBytes: number }): Promise<void> {
    const key = ++lastKey;
    const stop = new AbortController();
    stops.set(key, stop);
    uploads.value = [...uploads.value, { key, lessonId, name: file.name, sizeBytes: file.size, receivedBytes: 0, coursewareId: null, state: 'sending', error: null, leftSeconds: null }];
    let pace: Pace | null = null;
    try {
      // Refused before a byte of it is sent.
      if (file.size > limits.maxBytes) throw new RestError('courseware_too_large', 'too large');
      await sendCourseware({
        lessonId, file, pieceBytes: limits.pieceBytes, signal: stop.signal, onWaiting: (waiting) => {
          if (waiting) pace = null;
          change(key, waiting ? { state: 'waiting', leftSeconds: null } : { state: 'sending' });
        },
        onProgress: ({ receivedBytes, coursewareId }) => {
          const now = performance.now();
          pace ??= { fromBytes: receivedBytes, sinceMs: now };
          change(key, { receivedBytes, coursewareId, leftSeconds: secondsLeft(pace, receivedBytes, file.size, now) });
        },
      });
      drop(key);
    } catch (error) {
      if (stop.signal.aborted) drop(key);
      else if (error instanceof RestError) change(key, { state: 'failed', error: error.code });
      else throw error;
    } finally {
      stops.delete(key);
      finished.value++;
    }
  }
  /** Stops sending, or takes the word of a failure away. */
  function stop(key: number): void {
    const running = stops.get(key);
    if (running) running.abort();
    else drop(key);
  }
  return { uploads, finished, send, stop };
});
