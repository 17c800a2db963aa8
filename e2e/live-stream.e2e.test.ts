// A learner whose network lets no media through watches the delayed broadcast in real Chromium, and goes back when the network is well again.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { demoPassword } from '#db/demo.ts';
import { desktop, launchBrowser, loggedIn, phone } from '#testing/browser.ts';
import { useMadeMedia } from '#testing/page-media.ts';
import { foundPaths } from '../setup/found.ts';
import { productPorts } from '../setup/ports.ts';
import { startProduct, type Product } from '../setup/product.ts';
import { decodedFrames, enters, leadCamera, movingPicture, openLessonId, readsNotice, refusesFace } from './people.ts';

let product: Product;
let folder: string;
let browsers: Browser[] = [];
let teacher: Page;
let learner: Page;

beforeAll(async () => {
  const { CHROMIUM_BIN } = foundPaths(process.env);
  if (!CHROMIUM_BIN) throw new Error('Chromium is missing: npm test installs it; otherwise set CHROMIUM_BIN');
  folder = await mkdtemp(join(tmpdir(), 'keshi-e2e-'));
  product = await startProduct({ env: { ...process.env, ...await productPorts(2), DATA_DIR: join(folder, 'data'), FACE_CHECKS_PER_UNIT: '0' } });
  // People's devices are not the server: at low priority their work does not count as the machine's, and a broadcast may begin beside them.
  const chromium = join(folder, 'chromium');
  await writeFile(chromium, `#!/bin/sh\nexec nice -n 5 '${CHROMIUM_BIN}' "$@"\n`, { mode: 0o755 });
  browsers = await Promise.all([launchBrowser(chromium), launchBrowser(chromium)]);
  const [forTeacher, forLearner] = browsers as [Browser, Browser];
  const teaching = await loggedIn(forTeacher, product.url, 'teacher', demoPassword, desktop);
  await useMadeMedia(teaching);
  const learning = await loggedIn(forLearner, product.url, 'student2', demoPassword, phone);
  // Only relays may be used, and there is none: no pair of addresses is ever found, as behind a firewall that lets no media through.
  await learning.addInitScript(() => {
    const Real = RTCPeerConnection;
    globalThis.RTCPeerConnection = class extends Real {
      constructor(given?: RTCConfiguration) { super(Reflect.get(globalThis, 'networkIsWell') ? given : { ...given, iceTransportPolicy: 'relay' }); }
    };
  });
  [teacher, learner] = [await teaching.newPage(), await learning.newPage()];
  for (const page of [teacher, learner]) page.setDefaultTimeout(60_000);
  const lessonId = await openLessonId(teaching);
  await teacher.goto(`/lessons/${lessonId}/enter`);
  await readsNotice(teacher);
  await enters(teacher, lessonId);
  await teacher.getByTestId('start-lesson').click();
  await decodedFrames(teacher, leadCamera, 10);
  await learner.goto(`/lessons/${lessonId}/enter`);
  await readsNotice(learner);
  await refusesFace(learner);
  await enters(learner, lessonId);
});
afterAll(async () => {
  await Promise.all(browsers.map((browser) => browser.close()));
  await product?.stop();
  await rm(folder, { recursive: true, force: true });
});

it('is offered the broadcast, sees the moving picture, and is told how far behind it is', async () => {
  await learner.getByTestId('live-stream-choose').click();
  await movingPicture(learner, '[data-testid="live-stream"] video');
  await learner.waitForFunction(() => Number(document.querySelector('[data-testid="live-stream"]')?.getAttribute('data-behind') ?? 0) >= 5);
  const behind = Number(await learner.getByTestId('live-stream').getAttribute('data-behind'));
  expect(behind).toBeLessThan(60);
  await learner.getByText('延迟直播，比老师慢').waitFor();
  expect(await learner.evaluate(() => document.querySelector<HTMLVideoElement>('[data-testid="live-stream"] video')?.videoHeight)).toBe(480);
});

it('goes back to the live picture when the network lets it through', async () => {
  await learner.evaluate(() => Object.assign(globalThis, { networkIsWell: true }));
  await learner.getByTestId('live-stream-back').click();
  await movingPicture(learner, leadCamera);
  expect(await learner.getByTestId('live-stream').count()).toBe(0);
});
