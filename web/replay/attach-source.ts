// Gives a <video> its film: HLS where the browser plays it itself, hls.js (loaded only here) elsewhere, the MP4 when neither works.

export interface AttachedSource { close(): void }
interface Film { hlsUrl: string | null; mp4Url: string | null }

const hlsType = 'application/vnd.apple.mpegurl';

/** Attaches and answers how to let go. `failed` is called when nothing plays. */
export async function attachSource(video: HTMLVideoElement, film: Film, failed: () => void): Promise<AttachedSource> {
  let closed = false;
  let letGo = (): void => undefined;

  const playFile = (url: string, otherwise: () => void) => {
    const onError = () => { video.removeEventListener('error', onError); if (!closed) otherwise(); };
    video.addEventListener('error', onError);
    video.src = url;
    letGo = () => { video.removeEventListener('error', onError); video.removeAttribute('src'); video.load(); };
  };
  const playMp4 = () => { if (film.mp4Url) playFile(film.mp4Url, failed); else failed(); };

  async function playHls(url: string): Promise<boolean> {
    const { default: Hls } = await import('hls.js/light');
    if (closed || !Hls.isSupported()) return false;
    const hls = new Hls({ maxBufferLength: 30, backBufferLength: 60 });
    let recoveries = 0;
    hls.on(Hls.Events.ERROR, (_event, data) => {
      if (!data.fatal) return;
      if (data.type === Hls.ErrorTypes.MEDIA_ERROR && recoveries++ < 2) { hls.recoverMediaError(); return; }
      hls.destroy();
      if (!closed) playMp4();
    });
    hls.loadSource(url);
    hls.attachMedia(video);
    letGo = () => hls.destroy();
    return true;
  }

  if (film.hlsUrl && video.canPlayType(hlsType)) playFile(film.hlsUrl, () => { letGo(); playMp4(); });
  else if (!film.hlsUrl || !(await playHls(film.hlsUrl).catch(() => false))) { if (!closed) playMp4(); }

  return { close: () => { if (closed) return; closed = true; letGo(); } };
}
