// Real presence in real Chromium, on the whole product: who signs in and how, what stops the minutes, what a learner sees of it at once, what the ledger says afterwards, and making
// it up in the replay. What needs no face runs without the shared pictures too.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import type { LessonHours } from '#contracts/hours.ts';
import type { LessonReplay } from '#contracts/replay.ts';
import { desktop } from '#testing/browser.ts';
import { facesAvailable } from './face-cameras.ts';
import { refusesCamera } from './page-camera.ts';
import { enters, readsNotice } from './people.ts';
import { about, between, expectLost, expectOnPage, expectWhole, lostOf, type Between } from './presence-ledger.ts';
import {
  answersMakeUpCheck, askedBecause, choosesOtherWay, codesAreLongAgo, comesIn, enrols, faces, findsCameraRefused, holds, isAsked, isSeen, line, makesUp, onWall, pictureTaken, preparesPictures,
  signsInAgain, signsInByCode, typesCode, verdictOf,
} from './presence-scenes.ts';
import { limits, openPresenceWorld, type Learner, type PresenceWorld } from './presence-world.ts';

const ifFaces = it.skipIf(!facesAvailable);
const skipped = ' (skipped without the shared face pictures)';
const graceMs = 10_000;
const leaseMs = 10_000;
let world: PresenceWorld;
let [face, elsewhere, stranger, away, idle, missing] = [] as unknown as Learner[] as [Learner, Learner, Learner, Learner, Learner, Learner];
const said: string[] = [];
/** What the test did, for the ledger: epoch ms. */
const did = { startMs: 0, endMs: 0, signedInMs: 0, strangerMs: 0, leavesMs: 0, hiddenMs: 0, returnsMs: 0, shownMs: 0, cutMs: 0, onlineMs: 0, backMs: 0, idleMs: 0, idleBackMs: 0 };
const coming = ({ enteredMs: [from, to] }: Learner): Between => [from - 500, to + 500];
const ms = (from: number): number => Date.now() - from;
const hoursOf = async (page: Page, learner?: Learner): Promise<LessonHours> =>
  await (await page.request.get(`${world.product.url}/api/lessons/${world.lessonId}/hours${learner ? `/${learner.personId}` : ''}`)).json() as LessonHours;
const shot = (page: Page, name: string, whole = false): Promise<void> => world.shot(page, name, whole);

beforeAll(async () => {
  if (facesAvailable) await preparesPictures();
  world = await openPresenceWorld({ real: 'student4' });
  [face, elsewhere, stranger, away, idle, missing] = ['student1', 'student2', 'student3', 'student4', 'student5', 'student6'].map((login) => world.learner(login)) as [Learner, Learner, Learner, Learner, Learner, Learner];
});
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  await shot(world.teacher, 'failed-teacher');
  for (const { page, login } of [face, elsewhere, stranger, away, idle, missing]) await shot(page, `failed-${login}`);
});
afterAll(async () => {
  console.log(said.join('\n'));
  await world?.close();
});

it('before the lesson: notice, faces where they are wanted, and another way where they are not or the camera is refused', async () => {
  const { teacher, lessonId, product: { url } } = world;
  await teacher.goto(`${url}/lessons/${lessonId}/enter`);
  await readsNotice(teacher);
  await Promise.all([
    enters(teacher, lessonId), findsCameraRefused(world, elsewhere), choosesOtherWay(world, away), choosesOtherWay(world, idle), choosesOtherWay(world, missing),
    ...(facesAvailable ? [enrols(world, face, faces.right), enrols(world, stranger, faces.other)] : []),
  ]);
  await teacher.getByTestId('start-lesson').click();
  await teacher.getByTestId('recording').waitFor();
  did.startMs = Date.now();
});

describe.concurrent('in class', () => {
  it('a spot check that is not answered, nor when asked once more, takes the time since the last one that was passed', async () => {
    const known = (await missing.codes()).length;
    await comesIn(world, missing);
    await signsInByCode(world, missing, known);
    did.signedInMs = Date.now();
    const { page } = missing;
    // A phone gets one code in half a minute; one that could not be sent is nobody's miss.
    await codesAreLongAgo(world, missing);
    await isAsked(world, missing);
    await page.locator('[data-testid="check-prompt"][data-kind="spot"][data-attempt="1"]').waitFor();
    await shot(page, 'spot-check-by-code-390');
    await page.locator('[data-testid="check-prompt"] [data-verdict="missed"]').waitFor({ timeout: (limits.otherWay + 10) * 1000 });
    await line(page, 'stopped');
    await shot(page, 'spot-check-missed-390');
    await page.locator('[data-testid="check-prompt"][data-attempt="2"]').waitFor({ timeout: (limits.otherWay + 10) * 1000 });
    await shot(page, 'spot-check-once-more-390');
    await page.locator('[data-testid="check-prompt"] [data-verdict="missed"]').waitFor({ timeout: (limits.otherWay + 10) * 1000 });
  });

  it('nobody touches anything: asked once, then the seat ends, and coming back is a touch', async () => {
    const known = (await idle.codes()).length;
    await comesIn(world, idle);
    await signsInByCode(world, idle, known);
    idle.touches = false;
    const { page } = idle;
    await page.getByTestId('still-there').waitFor({ timeout: (limits.idleAsk + 15) * 1000 });
    await shot(page, 'still-there-390');
    await page.getByTestId('room-idle').waitFor({ timeout: (limits.idleAnswer + 5) * 1000 });
    did.idleMs = Date.now();
    await shot(page, 'paused-for-idling-390');
    await page.waitForTimeout(6_000);
    did.idleBackMs = Date.now();
    await page.getByTestId('continue-here').click();
    await line(page, 'counting');
    idle.touches = true;
  });

  it('without a network the page says at once that time does not count, and counts again by itself; a second device takes the seat over, and nothing is lost or counted twice', async () => {
    const known = (await elsewhere.codes()).length;
    await comesIn(world, elsewhere);
    await line(elsewhere.page, 'stopped');
    await shot(elsewhere.page, 'sign-in-by-code-390');
    await signsInByCode(world, elsewhere, known);
    const { page, context } = elsewhere;
    did.cutMs = Date.now();
    await context.setOffline(true);
    await line(page, 'offline');
    said.push(`network cut: said after ${ms(did.cutMs)} ms`);
    expect(ms(did.cutMs)).toBeLessThan(5_000);
    await shot(page, 'network-cut-390');
    await page.waitForTimeout(leaseMs + 8_000);
    did.onlineMs = Date.now();
    await context.setOffline(false);
    await line(page, 'counting');
    did.backMs = Date.now();
    said.push(`network back: counts after ${did.backMs - did.onlineMs} ms`);
    const other = await world.device(elsewhere.login);
    await enters(other, world.lessonId);
    await page.getByTestId('room-taken').waitFor();
    await shot(page, 'taken-over-390');
    await line(other, 'counting');
    await shot(other, 'second-device-1440');
  });

  it('a page in the background: its tab says so when the grace is over, the teacher’s wall too, and it counts again when it is back', async () => {
    const known = (await away.codes()).length;
    await comesIn(world, away);
    await signsInByCode(world, away, known);
    const { page, context } = away;
    away.touches = false;
    // A new tab is in front as soon as it is there, which may be a while before we hear of it.
    did.leavesMs = Date.now();
    const another = await context.newPage();
    await another.bringToFront();
    did.hiddenMs = Date.now();
    await expect.poll(() => page.title(), { timeout: graceMs + 5_000, interval: 100 }).toContain('学时已停');
    said.push(`hidden: the tab says so ${ms(did.hiddenMs + graceMs)} ms after the grace`);
    expect(ms(did.hiddenMs + graceMs)).toBeLessThan(5_000);
    await expect.poll(() => onWall(world, away, 'hidden', 'wall-hidden-1440'), { timeout: 20_000, interval: 1_500 }).toBe(true);
    did.returnsMs = Date.now();
    await another.close();
    await page.bringToFront();
    did.shownMs = Date.now();
    away.touches = true;
    await line(page, 'counting');
    said.push(`back in front: counts after ${ms(did.shownMs)} ms`);
  });

  ifFaces(`without a face, with two, with another person’s the sign-in fails and says why; with the right one time counts from then on${skipped}`, async () => {
    await comesIn(world, stranger, faces.none);
    const { page } = stranger;
    await pictureTaken(stranger);
    await holds(stranger, faces.two);
    await askedBecause(stranger, 'no_face');
    await shot(page, 'sign-in-without-a-face-390');
    await verdictOf(stranger, 'several_faces');
    await shot(page, 'sign-in-with-two-390');
    await line(page, 'stopped');
    await signsInAgain(stranger, () => holds(stranger, faces.right.front));
    await pictureTaken(stranger);
    await holds(stranger, faces.other.front);
    await askedBecause(stranger, 'mismatched');
    await shot(page, 'sign-in-of-another-390');
    await verdictOf(stranger, 'matched');
    did.strangerMs = Date.now();
    await line(page, 'counting');
  });

  ifFaces(`the right face signs in, a spot check is answered, and one with the camera refused goes on the other way${skipped}`, async () => {
    await comesIn(world, face, faces.right.front);
    const { page } = face;
    await page.locator('[data-testid="check-prompt"][data-kind="sign_in"][data-phase="ready"]').waitFor();
    await shot(page, 'sign-in-by-face-390');
    await verdictOf(face, 'matched');
    await shot(page, 'signed-in-390');
    await line(page, 'counting');
    await page.getByTestId('check-prompt').waitFor({ state: 'detached' });
    await isAsked(world, face);
    await page.locator('[data-testid="check-prompt"][data-kind="spot"]').waitFor();
    await verdictOf(face, 'matched');
    await page.getByTestId('check-prompt').waitFor({ state: 'detached' });
    const known = (await face.codes()).length;
    await refusesCamera(page);
    await isAsked(world, face);
    await page.getByTestId('check-other-way').waitFor();
    await shot(page, 'camera-refused-in-class-390');
    await page.getByTestId('check-other-way').click();
    await typesCode(face, known);
    await shot(page, 'other-way-in-class-390');
    await isSeen(world, face);
    await verdictOf(face, 'confirmed_by_person');
    await line(page, 'counting');
  });
});

describe('afterwards', () => {
  it('the lesson ends', async () => {
    await world.teaching(async (page) => {
      await page.getByTestId('tab-wall').click();
      await page.getByTestId('wall-learner').first().waitFor();
      await shot(page, 'wall-at-the-end-1440');
      await page.getByTestId('end-lesson').click();
      did.endMs = Date.now();
      await page.getByTestId('end-lesson-confirm').click();
    });
    await missing.page.getByTestId('lesson-over').waitFor();
  });

  it('every stretch that did not count stands in the ledger with its reason, as it happened', async () => {
    const absent = (learner: Learner) => ({ reason: 'not_joined' as const, from: about(did.startMs, 5_000), to: coming(learner) });
    const [cut, hidden, idled, missed] = await Promise.all([hoursOf(elsewhere.page), hoursOf(away.page), hoursOf(idle.page), hoursOf(missing.page)]);
    for (const hours of [cut, hidden, idled, missed]) expectWhole(hours);
    // Nobody sees a line being cut: the seat ends with its last sign of life, at most five seconds before, or when the lease is over.
    const [lost] = lostOf(cut).slice(1);
    expectLost(cut, [absent(elsewhere), { reason: lost?.reason === 'lease_expired' ? 'lease_expired' : 'disconnected', from: [did.cutMs - 5_500, did.cutMs + leaseMs + 500], to: between(did.onlineMs, did.backMs) }]);
    expectLost(hidden, [absent(away), { reason: 'hidden', from: between(did.leavesMs + graceMs, did.hiddenMs + graceMs), to: between(did.returnsMs, did.shownMs) }]);
    expectLost(idled, [absent(idle), { reason: 'idle', from: about(did.idleMs, 2_500, 500), to: about(did.idleBackMs) }]);
    expectLost(missed, [absent(missing), { reason: 'check_missed', from: about(did.signedInMs, 15_000, 0), to: about(did.endMs) }]);
    if (!facesAvailable) return;
    const [seen, failed] = await Promise.all([hoursOf(face.page), hoursOf(stranger.page)]);
    expectLost(seen, [absent(face)]);
    expect(seen.checks.map(({ kind, verdict }) => [kind, verdict])).toEqual([['sign_in', 'matched'], ['spot', 'matched'], ['spot', 'confirmed_by_person']]);
    expectLost(failed, [absent(stranger), { reason: 'not_signed_in', from: coming(stranger), to: about(did.strangerMs, 8_000, 500) }]);
    expect(failed.checks.map(({ verdict }) => verdict)).toEqual(['no_face', 'several_faces', 'mismatched', 'matched']);
  });

  it('pages of learner, teacher and institution say the same; a learner does not see another’s', async () => {
    const { url } = world.product;
    const office = await world.contextOf('school', desktop);
    const desk = await office.newPage();
    const path = `${url}/lessons/${world.lessonId}/hours`;
    for (const learner of [elsewhere, away, idle, missing]) {
      const hours = await hoursOf(learner.page);
      for (const page of [learner.page, world.teacher, desk]) await page.goto(page === learner.page ? path : `${path}/${learner.personId}`);
      for (const page of [learner.page, world.teacher, desk]) {
        await expectOnPage(page, hours);
        expect((await hoursOf(page, learner)).units).toEqual(hours.units);
      }
      await shot(learner.page, `ledger-${learner.login}-390`, true);
      await shot(world.teacher, `ledger-${learner.login}-1440`, true);
    }
    expect((await away.page.request.get(`${url}/api/lessons/${world.lessonId}/hours/${idle.personId}`)).status()).toBe(403);
    await office.close();
  });

  it('what was missed is made up in the replay, after a sign-in, and counted once', async () => {
    const { page } = missing;
    const { url } = world.product;
    const replayOf = async (): Promise<LessonReplay | null> => {
      const reply = await world.teacher.request.get(`${url}/api/lessons/${world.lessonId}/replay`);
      return reply.ok() ? await reply.json() as LessonReplay : null;
    };
    await expect.poll(async () => (await replayOf())?.parts[0]?.status ?? 'none', { timeout: 180_000, interval: 1_000 }).toMatch(/^(ready|held)$/);
    const [part] = (await replayOf())!.parts;
    // A machine that does eight things at once may lose pictures; then a person lets the file through, which is its publication.
    if (part!.status === 'held') {
      said.push(`replay held: ${part!.holdReasons.join(', ')}`);
      expect((await world.teacher.request.post(`${url}/api/replays/${part!.replayId}/review`, { data: { watermark: 'none', note: '演示课', publish: true } })).ok()).toBe(true);
    }
    const before = await hoursOf(page);
    expect(before.open).toMatchObject({ deadlineAt: expect.any(String) });
    await page.goto(`${url}/lessons/${world.lessonId}/replay`);
    await page.getByTestId('make-up-start').waitFor();
    await shot(page, 'make-up-offered-390');
    await page.getByTestId('make-up-start').click();
    expect(await answersMakeUpCheck(missing, () => shot(page, 'make-up-sign-in-390'))).toBe(true);
    await page.waitForTimeout(5_000);
    await shot(page, 'make-up-running-390');
    const openMs = lostOf(before).reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
    await makesUp(missing, openMs * 1.5 + 60_000);
    await expect.poll(async () => (await hoursOf(page)).open, { interval: 500 }).toBeNull();
    await shot(page, 'made-up-390');
    const after = await hoursOf(page);
    expect([after.units[0]!.spans, after.creditedMinutes]).toEqual([before.units[0]!.spans, before.creditedMinutes]);
    // Cut to tenths of a minute; a rest of under two seconds at either stretch is not asked for again.
    expect(after.madeUpMinutes).toBeGreaterThanOrEqual(Math.floor((openMs - 4_000) / 6_000) / 10 - 0.1);
    expect(Math.round((after.creditedMinutes + after.madeUpMinutes) * 10)).toBeLessThanOrEqual(Math.round(after.heldMinutes * 10));
    const [signIn, ...drawn] = after.checks.filter(({ inReplay }) => inReplay);
    expect(signIn).toMatchObject({ kind: 'sign_in', verdict: 'confirmed_by_code' });
    expect(drawn.every(({ kind }) => kind === 'spot')).toBe(true);
    await page.goto(`${url}/lessons/${world.lessonId}/hours`);
    await expectOnPage(page, after);
    await shot(page, 'ledger-after-making-up-390', true);
    await page.goto(`${url}/hours`);
    await page.getByTestId('hours-totals').waitFor();
    await shot(page, 'hours-390');
  });
});
