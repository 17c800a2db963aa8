// A class that was taught to its end in a real browser: the office issues to whoever lacks nothing, the learner prints on a phone, anybody checks, and sees it when it is revoked.
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Account } from '#db/entities/people.ts';
import { evidenceKeyFile } from '#db/evidence-key.ts';
import { freshenCohort } from '#db/queries/certificate-facts.ts';
import { sealNow } from '#db/queries/tree-heads.ts';
import { serialBytes, serialOf } from '#domain/certificate-serial.ts';
import { newId } from '#domain/id.ts';
import { desktop, launchBrowser, phone } from '#testing/browser.ts';
import { createSignaling } from '../signaling/app.ts';
import { addGraduation, type Graduation } from '../signaling/testing/certificate.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../signaling/testing/http-world.ts';
import { addSchool, type School } from '../signaling/testing/school.ts';
import { checksNumber, issuesAll, printsOwn } from './certificate-deeds.ts';
import { speaksEnglish } from './exam-scenes.ts';
import { chromiumBin, emptyPictures } from './platform.ts';

let world: HttpWorld;
let school: School;
let taught: Graduation;
let browser: Browser;
let url: string;
let pictures: string;
let closeApp: () => Promise<void>;
let office: Page;
let learner: Page;
let public_: Page;
let serial: string;

async function pageOf(person: Known | null, viewport = desktop): Promise<Page> {
  const context = await browser.newContext({ viewport, baseURL: url, locale: 'zh-CN', acceptDownloads: true });
  if (person) {
    const [name = '', value = ''] = (await world.cookieOf(person)).split('=');
    await context.addCookies([{ name, value, url }]);
  }
  context.setDefaultTimeout(20_000);
  return context.newPage();
}
beforeAll(async () => {
  world = await openHttpWorld();
  school = await addSchool(world.deps.orm, world.clock.now(), '示范职业培训学校');
  taught = await addGraduation(world, school, [{ name: '欧阳建国' }, { name: '王秀英', story: { seats: [[0, 60, 'left']] } }, { name: '李志强', points: null }]);
  // What the worker does by itself soon after a lesson.
  await freshenCohort(world.deps.orm, { cohortId: taught.cohortId, institutionId: school.institutionId }, world.clock.now());
  const app = await createSignaling(world.deps);
  await app.listen({ port: 0, host: '127.0.0.1' });
  closeApp = () => app.close();
  url = `http://localhost:${(app.server.address() as AddressInfo).port}`;
  browser = await launchBrowser(chromiumBin(), { noCamera: true });
  pictures = await emptyPictures('certificate');
  [office, learner, public_] = await Promise.all([pageOf(school.scheduler), pageOf(await personOf(taught.personIds[0]!), phone), pageOf(null, phone)]);
});
afterAll(async () => {
  await browser?.close();
  await closeApp?.();
  await world?.close();
});
/** With a login of their own. */
async function personOf(personId: string): Promise<Known> {
  const id = newId();
  await world.deps.orm.em.fork().insert(Account, { id, personId, login: `graduate-${id.slice(-6)}`, passwordHash: 'none', locale: 'zh', createdAt: world.clock.now(), disabledAt: null });
  return { personId, accountId: id };
}

async function both(page: Page, name: string): Promise<void> {
  const before = page.viewportSize()!;
  for (const [size, viewport] of [['390', phone], ['1440', desktop]] as const) {
    await page.setViewportSize(viewport);
    await page.screenshot({ path: join(pictures, `${name}-${size}.png`), fullPage: true });
    expect([name, size, await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)], 'nothing sticks out').toEqual([name, size, false]);
  }
  await page.setViewportSize(before);
}
it('the office sees who lacks what, and issues to who lacks nothing', async () => {
  await office.goto(`/cohorts/${taught.cohortId}/certificates?view=missing`);
  await office.getByTestId('candidates').waitFor();
  await issuesAll(office, taught.cohortId, (page) => both(page, '01-ask'));
  await office.getByTestId('view-missing').click();
  await office.getByTestId('candidate').filter({ hasText: '王秀英' }).waitFor();
  expect(await office.getByTestId('candidate').count()).toBe(2);
  await both(office, '02-missing');
  await office.getByTestId('view-issued').click();
  await office.getByTestId('candidate').filter({ hasText: '欧阳建国' }).waitFor();
  await both(office, '03-issued');
});

it('the learner finds it on the phone, prints it, and the file has every field in Chinese', async () => {
  serial = await printsOwn(learner, pictures, ['欧阳建国', '示范职业培训学校', '焊工'], (page, name) => both(page, `04-${name}`));
});

it('anybody checks it by its number, and learns nothing of a number that is none', async () => {
  await checksNumber(public_, serial);
  await public_.getByTestId('certificate').waitFor();
  expect(await public_.getByTestId('certificate').innerText()).toContain('欧阳建国');
  await both(public_, '06-checked');
  await public_.getByLabel('证书编号').fill(serial.slice(0, -1) + (serial.endsWith('A') ? 'B' : 'A'));
  await public_.getByTestId('check').click();
  await public_.getByRole('alert').filter({ hasText: '有一位输错了' }).waitFor();
  await both(public_, '07-slip');
  await public_.getByLabel('证书编号').fill(serialOf(2026, randomBytes(serialBytes)));
  await public_.getByTestId('check').click();
  await public_.getByTestId('unknown').waitFor();
  await both(public_, '07-unknown');
});

it('anybody verifies the certificate in the browser, and offline with the page that was kept', async () => {
  await public_.goto(`/certificates/${serial}`);
  await public_.getByTestId('verify').click();
  await public_.getByText('还没有写进已签名的日志').waitFor();
  const head = (await sealNow(world.deps.orm, evidenceKeyFile(world.deps.config), world.clock.now()))!;
  await public_.getByTestId('verify').click();
  await public_.getByTestId('verdict').getByText('核验通过').waitFor();
  await both(public_, '10-verified');
  const kept = async (testId: string, name: string): Promise<string> => {
    const [download] = await Promise.all([public_.waitForEvent('download'), public_.getByTestId(testId).click()]);
    const path = join(pictures, name);
    await download.saveAs(path);
    return path;
  };
  const file = await kept('evidence-file', 'evidence.ndjson');
  await public_.goto('/evidence');
  await public_.getByTestId('heads').getByText(head.root).waitFor();
  await both(public_, '11-heads');
  const verifyPage = await kept('verify-page', 'verify.html');
  const offline = await (await browser.newContext({ viewport: phone, locale: 'zh-CN', offline: true })).newPage();
  await offline.goto(`file://${verifyPage}`);
  await both(offline, '12-offline-empty');
  await offline.locator('#heads').fill(`${head.size} · 2026-03-02 · ${head.root}`);
  await offline.locator('#file').setInputFiles(file);
  await offline.locator('#result.good').getByText('与您持有的签名头衔接').waitFor();
  await both(offline, '13-offline-right');
  const changed = (await readFile(file, 'utf8')).replace('"units":2', '"units":3');
  await offline.locator('#file').setInputFiles({ name: 'changed.ndjson', mimeType: 'application/x-ndjson', buffer: Buffer.from(changed) });
  await offline.locator('#result.bad').getByText('内容与其指纹不符').waitFor();
  await offline.locator('#en').click();
  await offline.locator('#result.bad').getByText('the content is not what was hashed').waitFor();
  await both(offline, '14-offline-wrong-en');
  await offline.locator('#heads').fill('nonsense');
  await offline.locator('#heads').blur();
  await offline.getByText('This is no head: nonsense').waitFor();
});

it('a revoked one is shown as such to everybody at once, in English too', async () => {
  await office.getByTestId('revoke').click();
  await office.getByTestId('reason').fill('签到记录有误');
  await both(office, '08-revoke');
  await office.getByTestId('sure').click();
  await office.getByTestId('candidate').filter({ hasText: '欧阳建国' }).waitFor({ state: 'detached' });
  await public_.goto(`/certificates/${serial}`);
  await public_.getByTestId('state').filter({ hasText: '作废' }).waitFor();
  await both(public_, '09-revoked');
  await learner.goto('/hours');
  await learner.getByTestId('own-certificates').waitFor();
  await speaksEnglish(learner);
  await learner.goto(`/certificates/${serial}`);
  await learner.getByTestId('state').waitFor();
  await both(learner, '10-revoked-english');
});
