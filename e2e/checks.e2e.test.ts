// Checks as people see them in a real browser: sign-in and spot check by face, on the other way, missed looks, and what staff and learner read and decide afterwards.
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FaceCheck, FaceEnrolment, FacePicture } from '#db/entities/check.ts';
import { Identity } from '#db/entities/identity.ts';
import { platform, unitOfWork } from '#db/orm.ts';
import { raiseSignal } from '#db/queries/signals.ts';
import { desktop, launchBrowser, phone } from '#testing/browser.ts';
import { ClassroomDriver } from '#testing/classroom-driver.ts';
import { asTeacher } from '#testing/role-drivers.ts';
import { newId } from '#domain/id.ts';
import { foundPaths } from '../setup/found.ts';
import { createSignaling } from '../signaling/app.ts';
import { attachClassrooms, type Classrooms } from '../signaling/classroom/attach.ts';
import type { Deps } from '../signaling/deps.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../signaling/testing/http-world.ts';
import { addConsent, addSchool, type School } from '../signaling/testing/school.ts';
import type { FaceDeps } from '../worker/face/deps.ts';
import { openFaceEngine } from '../worker/face/engine.ts';
import { packVectors } from '../worker/face/sealed.ts';
import { verifyCheck } from '../worker/face/verify.ts';
import { cameraInPage, filmed, refusesCamera, shows } from './page-camera.ts';
import { pictureTaken } from './presence-scenes.ts';

const { CHROMIUM_BIN, FACE_MODELS_DIR: models } = foundPaths(process.env);
const photos = join(import.meta.dirname, '../../shared/faces');
const pictures = join(import.meta.dirname, '../data/e2e-checks');
const missing = !models ? ' (skipped: FACE_MODELS_DIR is not set)' : existsSync(photos) ? '' : ' (skipped: no folder ../shared/faces with test photos)';

describe.skipIf(missing !== '')(`checks${missing}`, () => {
  let world: HttpWorld;
  let school: School;
  let browser: Browser;
  let url: string;
  let deps: Deps;
  let faces: FaceDeps;
  let classrooms: Classrooms;
  let teacher: ReturnType<typeof asTeacher>;
  let close: () => Promise<void>;
  const em = () => deps.orm.em.fork();

  async function enrolled(personId: string, file: string): Promise<void> {
    const { main } = await faces.engine!.analyse(await readFile(join(photos, file)));
    const sealedVectors = await deps.vault.seal(em(), personId, packVectors([main!.vector]));
    await em().insert(FaceEnrolment, {
      id: newId(), personId, status: 'active', rejectReason: null, pictureIds: [newId()], modelId: faces.engine!.modelId, sealedVectors, createdAt: new Date(), settledAt: new Date(),
    });
  }

  beforeAll(async () => {
    world = await openHttpWorld();
    world.clock.set(new Date());
    deps = { ...world.deps, now: () => new Date(), config: { ...world.deps.config, FACE_MODELS_DIR: models, FACE_CHECKS_PER_UNIT: 0, SFU_SECRET: 'a secret of the tests' } };
    const { orm, log, storage, vault, queues, now } = deps;
    // It begins in a quarter of an hour: the door is open.
    school = await addSchool(orm, new Date(Date.now() - 45 * 60_000));
    faces = { orm, log, storage, vault, engine: await openFaceEngine(models!), now };
    await queues.work('face-verify', 1, (data) => verifyCheck(faces, data));
    for (const { personId } of [school.learner, school.other, school.assistant]) await addConsent(orm, personId, 'recording', new Date());
    await addConsent(orm, school.learner.personId, 'face', new Date());
    await addConsent(orm, school.other.personId, 'face', new Date(), false);
    await enrolled(school.learner.personId, 'obama_1.jpg');
    const number = '13800138000';
    await em().nativeUpdate(Identity, { personId: school.other.personId }, {
      sealedPhone: vault.sealField({ personId: school.other.personId, field: 'phone' }, number), phoneHash: vault.lookupHash('phone', number), phoneMask: '138****8000',
    });
    const app = await createSignaling(deps);
    classrooms = await attachClassrooms(app.server, deps);
    await app.listen({ port: 0, host: '127.0.0.1' });
    url = `http://localhost:${(app.server.address() as AddressInfo).port}`;
    const driver = await ClassroomDriver.connect({ url, cookie: await world.cookieOf(school.teacher) });
    teacher = asTeacher(driver);
    await teacher.enters(school.lessonId);
    await teacher.starts();
    browser = await launchBrowser(CHROMIUM_BIN!);
    close = async () => {
      driver.close();
      await classrooms.close();
      await app.close();
    };
    await rm(pictures, { recursive: true, force: true });
    await mkdir(pictures, { recursive: true });
  });
  afterAll(async () => {
    await browser?.close();
    await close?.();
    await world?.close();
    await faces?.engine?.close();
  });

  async function pageOf(person: Known, path: string, locale: 'zh' | 'en' = 'zh', viewport = phone): Promise<{ page: Page; context: BrowserContext }> {
    await em().execute('update account set locale = ? where person_id = ?', [locale, person.personId]);
    const context = await browser.newContext({ viewport, baseURL: url, locale: locale === 'zh' ? 'zh-CN' : 'en-GB' });
    const [name = '', value = ''] = (await world.cookieOf(person)).split('=');
    await context.addCookies([{ name, value, url }]);
    await context.addInitScript(cameraInPage);
    const page = await context.newPage();
    await page.goto(path);
    return { page, context };
  }
  async function both(page: Page, name: string, fullPage = false): Promise<void> {
    for (const [size, viewport] of [['390', phone], ['1440', desktop]] as const) {
      await page.setViewportSize(viewport);
      await page.screenshot({ path: join(pictures, `${name}-${size}.png`), fullPage });
    }
    await page.setViewportSize(phone);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    expect([name, wide], 'nothing sticks out at 390 px').toEqual([name, false]);
  }
  const prompt = (page: Page) => page.getByTestId('check-prompt');
  const phase = (page: Page, word: string) => page.locator(`[data-testid="check-prompt"][data-phase="${word}"]`).waitFor();
  const live = () => `/lessons/${school.lessonId}/live`;

  it('a sign-in takes its picture by itself, soon and not at once, and says what became of it; one message at a time', async () => {
    const { page, context } = await pageOf(school.learner, live());
    await shows(page, await filmed('obama_2.jpg'));
    await phase(page, 'ready');
    await prompt(page).locator('.fuse').waitFor();
    await page.getByTestId('sign-in-bar').waitFor();
    expect(await page.getByTestId('credit-line').getByRole('status').count(), 'the bar of the sign-in speaks alone').toBe(0);
    await both(page, '01-sign-in');
    await prompt(page).getByText('本人', { exact: true }).waitFor();
    await page.getByTestId('sign-in-bar').waitFor({ state: 'detached' });
    await both(page, '02-passed');
    await context.close();
  });

  it('a spot check of somebody else fails, says why, gives time to read it, and is asked once more', async () => {
    for (const locale of ['zh', 'en'] as const) {
      const { page, context } = await pageOf(school.learner, live(), locale);
      const self = await filmed('obama_2.jpg');
      await shows(page, await filmed('biden_1.jpg'));
      await page.getByTestId('credit-line').waitFor();
      await teacher.asksForFaces(school.learner.personId);
      await prompt(page).locator('.fuse').waitFor();
      // Pictures are taken by themselves: what stands for a moment only is looked for while the screen is photographed, and who is to be seen next is there before the camera opens.
      const taken = pictureTaken({ page });
      const onceMore = page.locator('[data-testid="check-prompt"][data-attempt="2"][data-phase="ready"]').waitFor();
      const passed = prompt(page).getByText(locale === 'zh' ? '核验通过，请继续上课。' : 'Checked. Please go on.').waitFor();
      await Promise.all([both(page, `03-spot-${locale}`), taken.then(() => shows(page, self))]);
      await Promise.all([onceMore.then(() => both(page, `04-once-more-${locale}`)), passed]);
      await both(page, `05-passed-${locale}`);
      await context.close();
    }
  });

  it('with the camera refused says what to do, and goes on with a code; staff look, and do not see', async () => {
    const { page, context } = await pageOf(school.other, live());
    await page.locator('[data-testid="check-by-code"][data-stage="sent"]').waitFor();
    await both(page, '06-code');
    const { page: desk, context: staff } = await pageOf(school.assistant, live(), 'zh', desktop);
    await desk.getByTestId('tab-checks').click();
    await desk.getByTestId('look').waitFor();
    await both(desk, '07-look');
    await page.getByTestId('check-code').fill(world.phone.codeOf('13800138000'));
    await page.getByTestId('check-code-send').click();
    await page.locator('[data-testid="check-by-code"][data-stage="entered"]').waitFor();
    await both(page, '08-entered');
    await desk.getByTestId('look-not-seen').click();
    await page.locator('[data-testid="check-prompt"][data-attempt="2"]').waitFor();
    await both(page, '09-not-seen');
    await staff.close();
    await context.close();
    const { page: refused, context: third } = await pageOf(school.learner, live());
    await refused.getByTestId('credit-line').waitFor();
    await refusesCamera(refused);
    await teacher.asksForFaces(school.learner.personId);
    await phase(refused, 'trouble');
    await both(refused, '10-refused');
    await third.close();
  });

  it('what waits for a person: queue, case, appeal and decision, in words of what follows', async () => {
    await teacher.ends();
    const [failed] = await em().find(FaceCheck, { personId: school.learner.personId, verdict: 'mismatched' }, { limit: 1 });
    const { id: checkId, personId, lessonId, institutionId } = failed!;
    const last = await em().findOneOrFail(FaceCheck, { firstCheckId: checkId });
    // As if nobody had been recognised in the second picture either, and staff had not seen the other one at all.
    await em().nativeUpdate(FaceCheck, { id: last.id }, { verdict: 'mismatched' });
    await em().nativeUpdate(FaceCheck, { personId: school.other.personId, attempt: 2 }, { status: 'settled', verdict: 'missed_look', code: 'entered', answeredAt: new Date(), settledAt: new Date() });
    const raise = (kind: 'virtual_camera' | 'low_liveness', strength: number, facts: Record<string, string | number>) => unitOfWork(deps.orm, platform, (write) => raiseSignal(write, platform, {
      institutionId, personId, kind, strength, lessonId, checkId: last.id, otherPersonIds: [], facts, at: new Date(),
    }));
    await raise('virtual_camera', 0.8, { camera: 'obs' });
    await raise('low_liveness', 0.25, { live: 0.41, print: 0.38, replay: 0.21 });
    const { page: own, context: learner } = await pageOf(school.learner, `/lessons/${lessonId}/appeals?check=${last.id}`);
    await own.locator('.wanted textarea').waitFor();
    await both(own, '11-appeal', true);
    await own.locator('.wanted textarea').fill('照片里就是我本人，当时光线很暗。');
    await own.getByTestId('appeal-send').click();
    await own.getByText('申诉已提交').waitFor();
    const { page: desk, context: staff } = await pageOf(school.assistant, '/review', 'zh', desktop);
    await desk.getByTestId('review-list').waitFor();
    await both(desk, '12-queue', true);
    await desk.goto(`/lessons/${lessonId}/review/${personId}`);
    await desk.locator(`[data-check="${last.id}"]`).getByTestId('decide-open').click();
    expect(await desk.getByTestId('asked-again').count(), 'a first attempt says that the last one counts').toBe(2);
    await both(desk, '13-case', true);
    expect(await em().count(FacePicture, { id: last.pictureId! })).toBe(1);
    await desk.locator(`[data-check="${last.id}"]`).getByLabel('算作通过').check();
    await desk.locator(`[data-check="${last.id}"]`).getByRole('textbox').fill('照片里就是本人。');
    await desk.locator(`[data-check="${last.id}"]`).getByTestId('decide-send').click();
    await desk.getByText('决定已保存').waitFor();
    await desk.goto(`/lessons/${lessonId}/review/${school.other.personId}`);
    await desk.getByTestId('other-way').first().waitFor();
    await both(desk, '14-other-way', true);
    await own.reload();
    await own.getByText('照片里就是本人。').waitFor();
    await both(own, '15-decided', true);
    for (const context of [learner, staff]) await context.close();
    for (const [person, path, name] of [[school.learner, `/lessons/${lessonId}/appeals`, '16-appeals'], [school.scheduler, '/review', '17-queue'], [school.scheduler, `/lessons/${lessonId}/review/${personId}`, '18-case']] as const) {
      const { page, context } = await pageOf(person, path, 'en');
      await page.locator('main .card, .card').first().waitFor();
      await both(page, `${name}-en`, true);
      await context.close();
    }
  });
});
