// A camera made in a page that shows what a test wants: real pictures, so that what is said of them is true; or one that its owner does not allow.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import sharp, { type Sharp } from 'sharp';

const photos = fileURLToPath(new URL('../../shared/faces/', import.meta.url));
const frame = { width: 1280, height: 720 };

/** For `addInitScript`: from the next load on the page has this camera and no other. Black until something is shown. */
export const cameraInPage = (): void => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 1280, height: 720 });
  const context = canvas.getContext('2d')!;
  const small = Object.assign(document.createElement('canvas'), { width: 32, height: 18 }).getContext('2d', { willReadFrequently: true })!;
  let shown: HTMLImageElement | null = null;
  const draw = (): void => {
    if (shown) context.drawImage(shown, 0, 0, 1280, 720);
    else context.fillRect(0, 0, 1280, 720);
  };
  setInterval(draw, 60);
  const looksOf = (source: CanvasImageSource): Uint8ClampedArray => {
    small.drawImage(source, 0, 0, 32, 18);
    return small.getImageData(0, 0, 32, 18).data;
  };
  const showsCamera = ({ srcObject, paused }: HTMLVideoElement): boolean => !paused && srcObject instanceof MediaStream && srcObject.active
    && srcObject.getVideoTracks().some((track) => track.readyState === 'live' && Reflect.get(track, 'canvas') === canvas);
  /** No preview of this camera still shows the picture before. */
  const isSeen = (picture: HTMLImageElement): boolean => [...document.querySelectorAll('video')].filter(showsCamera)
    .every((video) => {
      const [wanted, seen] = [looksOf(picture), looksOf(video)];
      return wanted.reduce((sum, value, index) => sum + Math.abs(value - seen[index]!), 0) / wanted.length < 4;
    });
  const keshiShows = async (address: string): Promise<void> => {
    const picture = Object.assign(new Image(), { src: address });
    await picture.decode();
    shown = picture;
    draw();
    for (let tries = 0; tries < 400 && shown === picture; tries++) {
      if (isSeen(picture)) return;
      await new Promise((done) => { setTimeout(done, 25); });
    }
    throw new Error('the picture did not reach the preview of the camera');
  };
  Object.assign(globalThis, { keshiRefuses: false, keshiShows });
  navigator.mediaDevices.getUserMedia = () => (Reflect.get(globalThis, 'keshiRefuses')
    ? Promise.reject(new DOMException('the person said no', 'NotAllowedError')) : Promise.resolve(canvas.captureStream(15)));
};

/** Shows the picture at this address (a data URL) to the camera; done when an open preview of it shows it too. */
export const shows = (page: Page, address: string): Promise<void> =>
  page.evaluate((src) => (Reflect.get(globalThis, 'keshiShows') as (src: string) => Promise<void>)(src), address);
/** Until the page is loaded anew. */
export const refusesCamera = (page: Page): Promise<void> => page.evaluate(() => { Object.assign(globalThis, { keshiRefuses: true }); });

type Change = (picture: Sharp) => Sharp;
export interface Scene { photo?: Change; whole?: Change; height?: number; ground?: number }
/** A photo of this height in the middle of a camera's frame; the photo alone or the whole frame changed, as light and lens would. */
export async function filmed(file: string, { photo = (one) => one, whole = (one) => one, height = 720, ground = 120 }: Scene = {}): Promise<string> {
  const person = await photo(sharp(await readFile(join(photos, file))).rotate()).resize({ height, width: 1280, fit: 'inside' }).png().toBuffer();
  const scene = await sharp({ create: { ...frame, channels: 3, background: { r: ground, g: ground, b: ground } } }).composite([{ input: person, gravity: 'centre' }]).png().toBuffer();
  const bytes = await whole(sharp(scene)).jpeg({ quality: 92 }).toBuffer();
  return `data:image/jpeg;base64,${bytes.toString('base64')}`;
}
