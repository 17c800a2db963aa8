// The truth about the teacher's devices: camera and microphone recorded in the teacher's own page by the browser itself, to compare the unit with.
import type { Page } from 'playwright-core';

/** Before the page loads: keeps every stream the page opens, so that the very tracks that are sent can be recorded. */
export async function keepStreams(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const kept: MediaStream[] = [];
    Object.assign(globalThis, { keshiStreams: kept });
    const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (constraints) => {
      const stream = await open(constraints);
      kept.push(stream);
      return stream;
    };
  });
}

/** Records the live camera and microphone for `seconds`; WebM bytes. */
export async function recordSource(page: Page, seconds: number): Promise<Buffer> {
  const base64 = await page.evaluate(async (length) => {
    const streams = Reflect.get(globalThis, 'keshiStreams') as MediaStream[];
    const live = streams.flatMap((stream) => stream.getTracks()).filter((track) => track.readyState === 'live');
    const video = live.filter((track) => track.kind === 'video').at(-1);
    const audio = live.filter((track) => track.kind === 'audio').at(-1);
    if (!video || !audio) throw new Error('the teacher has no live camera or microphone');
    const recorder = new MediaRecorder(new MediaStream([video, audio]), { mimeType: 'video/webm;codecs=vp8,opus', videoBitsPerSecond: 1_500_000 });
    const parts: Blob[] = [];
    recorder.ondataavailable = (event) => { parts.push(event.data); };
    const stopped = new Promise((resolve) => { recorder.onstop = resolve; });
    recorder.start();
    await new Promise((resolve) => setTimeout(resolve, length * 1000));
    recorder.stop();
    await stopped;
    const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
    let text = '';
    for (let index = 0; index < bytes.length; index += 8192) text += String.fromCharCode(...bytes.subarray(index, index + 8192));
    return btoa(text);
  }, seconds);
  return Buffer.from(base64, 'base64');
}
