// Gives a <video> the film of a viewing: hls.js (loaded only here) where the browser lets a page feed its player, the browser's own HLS elsewhere.
import type { ErrorData, HlsConfig, LoadPolicy, default as HlsType } from 'hls.js';
import type { ViewingStart } from '#contracts/replay.ts';
import { RestError, restUrl } from '../rest.ts';

export const qualities = ['auto', 'main', 'low', 'sound'] as const;
export type Quality = (typeof qualities)[number];
export interface FilmSource { setQuality(quality: Quality): void; close(): void }
export interface FilmEvents {
  /** The server gives out nothing more for this viewing. */
  over(): void;
  /** Nothing plays in this browser. */
  broken(): void;
}

const hlsType = 'application/vnd.apple.mpegurl';
const overStatus = [403, 404, 409];
/** Comes right by itself: asked too early, link too old, too often, server restarting. */
const passingStatus = [408, 410, 425, 429];
const retryAfterMs = 2000;
/** Above this height it is the main rendition. */
const mainFromHeight = 500;

const passes = (status: number | undefined): boolean => !status || passingStatus.includes(status);

const patient: LoadPolicy = {
  default: {
    maxTimeToFirstByteMs: 12_000, maxLoadTimeMs: 60_000,
    timeoutRetry: { maxNumRetry: 20, retryDelayMs: 1000, maxRetryDelayMs: 5000 },
    errorRetry: {
      maxNumRetry: 20, retryDelayMs: 1000, maxRetryDelayMs: 5000, backoff: 'linear',
      shouldRetry: (config, count, _timeout, response, retry) =>
        retry || (count < (config?.maxNumRetry ?? 0) && passes(response?.code)),
    },
  },
};

/** A weak line or a wish to save data starts with the small picture; hls.js climbs from there. */
export function startsLow(connection: { saveData?: boolean; effectiveType?: string } | undefined): boolean {
  return connection?.saveData === true || ['slow-2g', '2g', '3g'].includes(connection?.effectiveType ?? '');
}
const connection = (): Parameters<typeof startsLow>[0] => ('connection' in navigator ? navigator.connection as Parameters<typeof startsLow>[0] : undefined);

/** Never more than 40 s ahead: the server gives out 60 s, and the position it knows is up to 5 s old, 10 s of the film at double speed. */
const config = (startMs: number, low: boolean): Partial<HlsConfig> => ({
  maxBufferLength: 30, maxMaxBufferLength: 40, backBufferLength: 30, startPosition: startMs / 1000, capLevelToPlayerSize: true,
  fragLoadPolicy: patient, playlistLoadPolicy: patient, manifestLoadPolicy: patient,
  ...(low ? { abrEwmaDefaultEstimate: 300_000 } : { abrEwmaDefaultEstimate: 3_000_000 }),
});

const playlistOf = (viewing: ViewingStart, quality: Quality): string =>
  (quality === 'auto' ? viewing.playlistUrl : restUrl('GET /api/viewings/:viewingId/playlist/:rendition', { params: { viewingId: viewing.viewingId, rendition: quality } }));

/** Loads the player's code, also ahead of the first touch. Throws RestError `unreachable`. */
export async function loadHls(): Promise<typeof HlsType> {
  try {
    return (await import('hls.js/light')).default;
  } catch (cause) {
    throw new RestError('unreachable', String(cause));
  }
}

/** Throws RestError `unreachable` where the player's code cannot be loaded. */
export async function openFilm(video: HTMLVideoElement, viewing: ViewingStart, startMs: number, quality: Quality, events: FilmEvents): Promise<FilmSource> {
  const Hls = await loadHls();
  if (Hls.isSupported()) return hlsFilm(Hls, video, viewing, startMs, quality, events);
  return nativeFilm(video, viewing, startMs, quality, events);
}

function hlsFilm(Hls: typeof HlsType, video: HTMLVideoElement, viewing: ViewingStart, startMs: number, first: Quality, events: FilmEvents): FilmSource {
  let closed = false;
  let recoveries = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let quality = first;
  let hls: HlsType;

  const restart = (): void => { clearTimeout(retry); if (!closed) hls.startLoad(); };
  function failed(data: ErrorData): void {
    if (closed) return;
    if (overStatus.includes(data.response?.code ?? 0)) { events.over(); return; }
    if (!data.fatal) return;
    if (data.type === Hls.ErrorTypes.MEDIA_ERROR && recoveries++ < 2) { hls.recoverMediaError(); return; }
    if (data.type !== Hls.ErrorTypes.NETWORK_ERROR) { events.broken(); return; }
    // The line is down: what is buffered plays on, the rest is asked for again.
    clearTimeout(retry);
    retry = setTimeout(() => { if (hls.levels.length > 0) restart(); else hls.loadSource(playlistOf(viewing, quality)); }, retryAfterMs);
  }
  function open(atMs: number): void {
    hls = new Hls(config(atMs, startsLow(connection())));
    hls.on(Hls.Events.ERROR, (_event, data) => failed(data));
    hls.on(Hls.Events.MANIFEST_PARSED, () => choose());
    hls.loadSource(playlistOf(viewing, quality === 'sound' ? 'sound' : 'auto'));
    hls.attachMedia(video);
  }
  function choose(): void {
    if (quality === 'sound') return;
    const wanted = hls.levels.findIndex((level) => (level.height >= mainFromHeight) === (quality === 'main'));
    hls.capLevelToPlayerSize = quality === 'auto';
    if (quality !== 'auto') hls.autoLevelCapping = -1;
    hls.nextLevel = quality === 'auto' ? -1 : wanted;
  }
  function setQuality(next: Quality): void {
    const other = (next === 'sound') !== (quality === 'sound');
    quality = next;
    if (!other) { choose(); return; }
    // Picture and sound alone are two lists: the player starts anew where it stands.
    const [atMs, playing] = [video.currentTime * 1000, !video.paused];
    hls.destroy();
    open(atMs);
    if (playing) void video.play().catch(() => undefined);
  }
  open(startMs);
  window.addEventListener('online', restart);
  return { setQuality, close: () => { closed = true; clearTimeout(retry); window.removeEventListener('online', restart); hls.destroy(); } };
}

function nativeFilm(video: HTMLVideoElement, viewing: ViewingStart, startMs: number, first: Quality, events: FilmEvents): FilmSource {
  let closed = false;
  let failures = 0;
  let placeAt = startMs;
  const failed = (): void => {
    if (closed) return;
    // The browser does not say why: a new viewing mends a link that is over, a second failure means that it cannot play.
    if (video.canPlayType(hlsType) && failures++ === 0) events.over();
    else events.broken();
  };
  const placed = (): void => { if (placeAt > 0) video.currentTime = placeAt / 1000; placeAt = 0; };
  const open = (quality: Quality): void => { video.src = playlistOf(viewing, quality); };
  video.addEventListener('error', failed);
  video.addEventListener('loadedmetadata', placed);
  open(first);
  return {
    setQuality: (next) => {
      const playing = !video.paused;
      placeAt = video.currentTime * 1000;
      open(next);
      if (playing) void video.play().catch(() => undefined);
    },
    close: () => {
      closed = true;
      video.removeEventListener('error', failed);
      video.removeEventListener('loadedmetadata', placed);
      video.removeAttribute('src');
      video.load();
    },
  };
}
