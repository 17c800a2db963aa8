// What learners and the teacher do about checks, as people do it: pages, buttons, a phone.
import type { Page } from 'playwright-core';
import { filmed, refusesCamera, shows } from './page-camera.ts';
import { readsNotice, refusesFace } from './people.ts';
import { newest, type Learner, type PresenceWorld } from './presence-world.ts';

/** Pictures a camera may show. `turned`: the same person with the head turned a little; `mirrored:name` is that picture seen the other way round. */
export const faces = {
  right: { front: 'obama_1.jpg', turned: 'obama_2.jpg' }, other: { front: 'f1dad_1.jpg', turned: 'mirrored:f1dad_2.jpg' }, none: 'noface_house.jpg', two: 'two_people_1.jpg',
} as const;
const mirrored = 'mirrored:';
const made = new Map<string, Promise<string>>();
/** Made once, before somebody has seconds to hold it up: a second attempt takes its picture by itself. */
function picture(file: string): Promise<string> {
  const known = made.get(file) ?? filmed(file.replace(mirrored, ''), file.startsWith(mirrored) ? { photo: (photo) => photo.flop() } : {});
  made.set(file, known);
  return known;
}
export const preparesPictures = async (): Promise<void> => { await Promise.all([faces.right.front, faces.right.turned, faces.other.front, faces.other.turned, faces.none, faces.two].map(picture)); };
export const holds = async ({ page }: Pick<Learner, 'page'>, file: string): Promise<void> => shows(page, await picture(file));

/** Of a sign-in the bar says it in place of the line, which is there all the same. */
export const line = (page: Page, state: string): Promise<void> => page.locator(`[data-testid="credit-line"][data-state="${state}"]`).waitFor({ state: 'attached' });
const chip = (page: Page, verdict: string): Promise<void> => page.locator(`[data-testid="check-prompt"] [data-verdict="${verdict}"]`).waitFor();

/** Everything before the lesson, on the way of the face. */
export async function enrols({ lessonId, product: { url }, shot }: PresenceWorld, learner: Learner, { front, turned }: { front: string; turned: string }): Promise<void> {
  const { page } = learner;
  await page.goto(`${url}/lessons/${lessonId}/enter`);
  await readsNotice(page);
  await page.getByRole('button', { name: '同意人脸核验', exact: true }).click();
  await holds(learner, front);
  await page.getByRole('button', { name: '打开摄像头' }).click();
  await page.getByRole('button', { name: '拍第 1 张' }).click();
  await holds(learner, turned);
  await shot(page, 'enrols-390');
  await page.getByRole('button', { name: '拍第 2 张' }).click();
  await page.getByRole('button', { name: '照片可以，提交' }).click();
  await page.getByText('照片已登记成功').waitFor();
}

/** Agrees to faces, and then the browser may not use the camera. */
export async function findsCameraRefused({ lessonId, product: { url }, shot }: PresenceWorld, { page }: Learner): Promise<void> {
  await page.goto(`${url}/lessons/${lessonId}/enter`);
  await readsNotice(page);
  await page.getByRole('button', { name: '同意人脸核验', exact: true }).click();
  await refusesCamera(page);
  await page.getByRole('button', { name: '打开摄像头' }).click();
  await page.getByText('浏览器没有允许使用').waitFor();
  await shot(page, 'camera-refused-at-the-door-390');
  await page.getByRole('button', { name: '改用其他方式', exact: true }).click();
  await page.getByText('您将用其他方式核验身份').waitFor();
}

export async function choosesOtherWay({ lessonId, product: { url } }: PresenceWorld, { page }: Learner): Promise<void> {
  await page.goto(`${url}/lessons/${lessonId}/enter`);
  await readsNotice(page);
  await refusesFace(page);
}

export async function comesIn({ lessonId, product: { url } }: PresenceWorld, learner: Learner, camera?: string): Promise<void> {
  const { page } = learner;
  await page.goto(`${url}/lessons/${lessonId}/device-check`);
  await page.getByTestId('enter-lesson').waitFor();
  if (camera) await holds(learner, camera);
  const askedMs = Date.now();
  await page.getByTestId('enter-lesson').click();
  await page.getByTestId('classroom').waitFor();
  learner.enteredMs = [askedMs, Date.now()];
}

/** Types the code that came after the first `known` ones. */
export async function typesCode({ page, codes }: Learner, known: number): Promise<void> {
  await page.getByTestId('check-code').waitFor();
  await page.getByTestId('check-code').fill(await newest(codes, known));
  await page.getByTestId('check-code-send').click();
  await page.locator('[data-testid="check-by-code"][data-stage="entered"]').waitFor();
}

/** The codes this phone got were sent a minute earlier than they were: the next one need not be waited for. */
export const codesAreLongAgo = async ({ orm }: PresenceWorld, { personId }: Learner): Promise<void> => {
  await orm.em.fork().execute("update phone_code set created_at = created_at - interval '1 minute' where person_id = ?", [personId]);
};

/** The teacher looks at who typed the code, and says they are there. */
export const isSeen = ({ teaching }: PresenceWorld, { personId }: Learner): Promise<void> => teaching(async (page) => {
  await page.getByTestId('tab-checks').click();
  await page.locator(`[data-testid="look"][data-person="${personId}"][data-code="entered"]`).getByTestId('look-seen').click();
});

/** On the other way: the code from the phone, and a look. */
export async function signsInByCode(world: PresenceWorld, learner: Learner, known: number): Promise<void> {
  await typesCode(learner, known);
  await isSeen(world, learner);
  await line(learner.page, 'counting');
}

/** Answers when the verdict can be read; the picture is taken by itself. */
export async function verdictOf(learner: Learner, verdict: string): Promise<void> {
  await chip(learner.page, verdict);
}

/** Asked once more by itself, and why: a verdict before that stands for a moment only. */
export const askedBecause = ({ page }: Learner, verdict: string): Promise<void> => page.locator(`[data-testid="check-because"][data-because="${verdict}"]`).waitFor();

/** The camera of the first attempt is done: what it shows now is for the next one, which may come within a second. */
export const pictureTaken = ({ page }: { page: Page }): Promise<void> =>
  page.locator('[data-testid="check-prompt"]:is([data-attempt="1"]:not([data-phase="opening"]):not([data-phase="ready"]), [data-attempt="2"])').waitFor();

/** The sign-in failed for good: asked for again, with another picture. */
export async function signsInAgain({ page }: Learner, camera: () => Promise<void>): Promise<void> {
  await page.getByTestId('check-close').click();
  await camera();
  await page.getByTestId('sign-in-again').click();
}

/** The teacher asks one learner for a check, now. */
export const isAsked = ({ teaching }: PresenceWorld, { personId }: Learner): Promise<number> => teaching(async (page) => {
  await page.getByTestId('tab-people').click();
  await page.locator(`[data-testid="person"][data-person="${personId}"]`).getByTestId('check-person').click();
  return Date.now();
});

/** How the wall of the class tells this learner, read anew; the picture that was asked for with `shot` is taken where it is so. */
export const onWall = ({ teaching, shot }: PresenceWorld, { personId }: Learner, reason: string, name: string): Promise<boolean> => teaching(async (page) => {
  await page.getByTestId('tab-people').click();
  await page.getByTestId('tab-wall').click();
  await page.getByTestId('wall-learner').first().waitFor();
  const there = await page.locator(`[data-testid="wall-learner"][data-person="${personId}"]`).getAttribute('data-reason') === reason;
  if (there) await shot(page, name);
  return there;
});

/** The check of making up, by a code to the phone. False where the next code may not be sent yet. */
export async function answersMakeUpCheck({ page, codes }: Learner, shot: () => Promise<void> = async () => undefined): Promise<boolean> {
  const known = (await codes()).length;
  await page.getByTestId('make-up-code-send').click();
  const sent = await page.getByTestId('make-up-code').waitFor({ timeout: 10_000 }).then(() => true, () => false);
  if (!sent) return false;
  await page.getByTestId('make-up-code').fill(await newest(codes, known));
  await shot();
  await page.getByTestId('make-up-code-answer').click();
  await page.getByTestId('make-up-check').waitFor({ state: 'detached' });
  return true;
}

/** Watches until everything is made up. Spot checks are drawn there too, mostly none in so short a time; whoever missed one asks for another. */
export async function makesUp(learner: Learner, withinMs: number): Promise<void> {
  const { page } = learner;
  const untilMs = Date.now() + withinMs;
  while (await page.getByTestId('make-up-stop').count() > 0) {
    if (Date.now() > untilMs) throw new Error('making up did not come to its end');
    if (await page.getByTestId('make-up-code-send').isVisible()) await answersMakeUpCheck(learner);
    else if (await page.getByTestId('make-up-again').isVisible()) await page.getByTestId('make-up-again').click();
    await page.waitForTimeout(500);
  }
}
