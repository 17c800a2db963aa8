// The whole product on this machine, with a teacher's and two learners' browsers, each with its own camera.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { demoPassword } from '#db/demo.ts';
import { desktop, launchBrowser, loggedIn, phone } from '#testing/browser.ts';
import { useMadeMedia } from '#testing/page-media.ts';
import { foundPaths } from '../setup/found.ts';
import { productPorts } from '../setup/ports.ts';
import { startProduct, type Product } from '../setup/product.ts';
import { makeFaceCamera } from './face-cameras.ts';
import { chromiumBin, emptyPictures } from './platform.ts';

export interface World {
  product: Product;
  ffmpegBin: string;
  ffprobeBin: string;
  folder: string;
  /** With camera, microphone and screen made in the page: what the unit must show is known. */
  teacher: BrowserContext;
  /** On a desktop. */
  student: BrowserContext;
  /** On a phone. */
  phoneStudent: BrowserContext;
  shot(page: Page, name: string): Promise<void>;
  close(): Promise<void>;
}

export async function openWorld(): Promise<World> {
  const { FFMPEG_BIN = 'ffmpeg', FFPROBE_BIN = 'ffprobe' } = foundPaths(process.env);
  const chromium = chromiumBin();
  const folder = await mkdtemp(join(tmpdir(), 'keshi-e2e-'));
  const pictures = await emptyPictures('lesson');
  const files = { one: join(folder, 'one.mjpeg'), two: join(folder, 'two.mjpeg') };
  await Promise.all([makeFaceCamera(files.one, ['obama_1.jpg', 'obama_2.jpg'], FFMPEG_BIN), makeFaceCamera(files.two, ['f1dad_1.jpg', 'mirrored:f1dad_2.jpg'], FFMPEG_BIN)]);
  const env = { ...process.env, ...await productPorts(2), DATA_DIR: join(folder, 'data'), FACE_CHECKS_PER_UNIT: '0' };
  const [product, ...browsers] = await Promise.all([
    startProduct({ env }), launchBrowser(chromium), launchBrowser(chromium, { cameraFile: files.one }), launchBrowser(chromium, { cameraFile: files.two }),
  ]);
  const [forTeacher, forStudent, forPhone] = browsers;
  const teacher = await loggedIn(forTeacher, product.url, 'teacher', demoPassword, desktop);
  await useMadeMedia(teacher);
  let taken = 0;
  return {
    product, folder, ffmpegBin: FFMPEG_BIN, ffprobeBin: FFPROBE_BIN, teacher,
    student: await loggedIn(forStudent, product.url, 'student1', demoPassword, desktop),
    phoneStudent: await loggedIn(forPhone, product.url, 'student2', demoPassword, phone),
    shot: async (page, name) => {
      taken += 1;
      await page.screenshot({ path: join(pictures, `${String(taken).padStart(2, '0')}-${name}.png`) });
    },
    close: async () => {
      await Promise.all(browsers.map((browser) => browser.close()));
      await product.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
