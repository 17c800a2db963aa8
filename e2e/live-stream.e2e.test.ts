// A learner whose network lets no media through watches the delayed broadcast in real Chromium, comes on stage from it, and goes back when the network is well; a full room waits.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { desktop, phone } from '#testing/browser.ts';
import { useMadeMedia } from '#testing/page-media.ts';
import { attends, decodedFrames, enters, leadCamera, movingPicture, openLessonId, signsInByCode } from './people.ts';
import { openPlatform, type Platform } from './platform.ts';

let platform: Platform;
let lessonId: string;
let teacher: Page;
let learner: Page;

beforeAll(async () => {
  // A broadcast may begin beside them.
  platform = await openPlatform({ name: 'live-stream', mediaWorkers: 2, politeBrowser: true });
  const [teaching, learning] = await Promise.all([platform.contextOf('teacher', desktop), platform.contextOf('student2', phone)]);
  for (const context of [teaching, learning]) await useMadeMedia(context);
  // Only relays may be used, and there is none: no pair of addresses is ever found, as behind a firewall that lets no media through.
  await learning.addInitScript(() => {
    const Real = RTCPeerConnection;
    globalThis.RTCPeerConnection = class extends Real {
      constructor(given?: RTCConfiguration) { super(Reflect.get(globalThis, 'networkIsWell') ? given : { ...given, iceTransportPolicy: 'relay' }); }
    };
  });
  [teacher, learner] = [await teaching.newPage(), await learning.newPage()];
  for (const page of [teacher, learner]) page.setDefaultTimeout(120_000);
  lessonId = await openLessonId(teaching);
  await attends(teacher, lessonId, 'staff');
  await teacher.getByTestId('start-lesson').click();
  await decodedFrames(teacher, leadCamera, 10);
  await attends(learner, lessonId, 'learner');
});
afterAll(() => platform?.close());

const broadcast = '[data-testid="live-stream"] video';
/** A card with one thing to do, large enough for a thumb, and about the picture no other words; that the sign-in is waited for is said above it. */
async function onlyCard(why: string): Promise<void> {
  await learner.locator(`[data-testid="picture-wait"][data-why="${why}"]`).waitFor();
  const buttons = learner.locator('.middle .button');
  expect([await buttons.count(), await learner.getByTestId('picture-wait').count(), await learner.locator('.middle .notice:not([data-testid="sign-in-bar"])').count()]).toEqual([1, 1, 0]);
  expect((await buttons.first().boundingBox())?.height).toBeGreaterThanOrEqual(44);
}
/** Sound of this person reaches the page's loudspeaker. */
async function hears(page: Page, personId: string): Promise<void> {
  await page.waitForFunction((id) => {
    const audio = document.querySelector<HTMLAudioElement>(`audio[data-person="${id}"][data-source="microphone"]`);
    if (!audio || audio.paused || !(audio.srcObject instanceof MediaStream)) return false;
    const ear = (Reflect.get(globalThis, 'keshiEar') as AnalyserNode | undefined) ?? new AudioContext().createAnalyser();
    if (!Reflect.has(globalThis, 'keshiEar')) (ear.context as AudioContext).createMediaStreamSource(audio.srcObject).connect(ear);
    Object.assign(globalThis, { keshiEar: ear });
    const samples = new Float32Array(ear.fftSize);
    ear.getFloatTimeDomainData(samples);
    return samples.some((sample) => Math.abs(sample) > 0.02);
  }, personId);
}

it('is offered the broadcast on one card, sees the moving picture, and is told how far behind it is', async () => {
  await onlyCard('blocked');
  // No media are needed to sign in: the code comes by phone, and the teacher looks.
  await signsInByCode(learner, teacher, '王芳', platform.product.dataDir);
  await learner.getByTestId('live-stream-choose').click();
  await movingPicture(learner, broadcast);
  await learner.waitForFunction(() => Number(document.querySelector('[data-testid="live-stream"]')?.getAttribute('data-behind') ?? 0) >= 5);
  const behind = Number(await learner.getByTestId('live-stream').getAttribute('data-behind'));
  expect(behind).toBeLessThan(60);
  await learner.getByText('延迟直播，比老师慢').waitFor();
  expect(await learner.evaluate((selector) => document.querySelector<HTMLVideoElement>(selector)?.videoHeight, broadcast)).toBe(480);
});

it('comes on stage from the broadcast, is seen and heard and sees the class at once, and is back in the broadcast afterwards', async () => {
  await learner.getByTestId('raise-hand').click();
  await teacher.getByTestId('tab-hands').click();
  await teacher.getByTestId('hand-invite').click();
  await learner.evaluate(() => Object.assign(globalThis, { networkIsWell: true }));
  await learner.getByTestId('stage-accept').click();
  const personId = (await teacher.getByTestId('stage-person').first().getAttribute('data-person'))!;
  await movingPicture(teacher, `video[data-person="${personId}"][data-source="camera"]`);
  await hears(teacher, personId);
  await movingPicture(learner, leadCamera);
  expect([await learner.getByTestId('live-stream').count(), await learner.getByTestId('unreached-on-stage').count()]).toEqual([0, 0]);
  await learner.getByTestId('leave-stage').click();
  await teacher.getByTestId('stage-person').waitFor({ state: 'detached' });
  await movingPicture(learner, broadcast);
});

it('goes back to the live picture when the network lets it through', async () => {
  await learner.getByTestId('live-stream-back').click();
  await movingPicture(learner, leadCamera);
  await learner.getByTestId('live-stream').waitFor({ state: 'detached' });
});

it('waits on one card where no media server takes anybody, and comes in by itself when one does', async () => {
  const admin = await platform.contextOf('admin');
  const { nodes } = await (await admin.request.get('/api/operator')).json() as { nodes: { nodeId: string }[] };
  const drain = (draining: boolean) => admin.request.put(`/api/operator/nodes/${nodes[0]!.nodeId}`, { data: { draining } });
  await learner.context().addInitScript(() => Object.assign(globalThis, { networkIsWell: true }));
  await learner.getByTestId('leave').click();
  await learner.getByTestId('stage').waitFor({ state: 'detached' });
  await drain(true);
  await enters(learner, lessonId);
  await onlyCard('full');
  await drain(false);
  await movingPicture(learner, leadCamera);
  expect(await learner.getByTestId('picture-wait').count()).toBe(0);
});

it('shows whoever opened the lesson in WeChat without live pictures the way to a browser, and the broadcast on the spot', async () => {
  const inside = await platform.contextOf('student3', phone);
  await useMadeMedia(inside);
  await inside.grantPermissions(['clipboard-read', 'clipboard-write']);
  await inside.addInitScript(() => {
    Object.defineProperty(navigator, 'userAgent', { get: () => 'Mozilla/5.0 (iPhone; CPU iPhone OS 14_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.2(0x18000233)' });
    Reflect.deleteProperty(globalThis, 'RTCPeerConnection');
  });
  const page = await inside.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(`/lessons/${lessonId}`);
  await page.locator('[data-testid="way-out"][data-advice="stuck"][data-host="wechat"]').waitFor();
  await page.getByText('在 Safari 中打开').waitFor();
  await page.getByTestId('copy-link').click();
  await page.getByText('粘贴到地址栏').waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`${platform.product.url}/lessons/${lessonId}`);
  await platform.shot(page, 'way-out-of-wechat', true);
  await attends(page, lessonId, 'learner');
  await page.locator('[data-testid="picture-wait"][data-why="unsupported"]').waitFor();
  await platform.shot(page, 'class-without-live-pictures');
  await page.getByTestId('live-stream-choose').click();
  await movingPicture(page, broadcast);
  await inside.close();
});
