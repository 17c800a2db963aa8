// The whole product with a class of six in Chromium, each learner with a camera of their own that shows what the test wants; limits that take minutes are set to seconds by
// the operator's settings for trials, everything else is as people have it.
import type { BrowserContext, Page } from 'playwright-core';
import type { OwnIdentity } from '#contracts/identity.ts';
import type { Me } from '#contracts/person.ts';
import { demoAccounts, demoPassword } from '#db/demo.ts';
import type { Orm } from '#db/orm.ts';
import { freePort } from '#runtime/free-port.ts';
import { desktop, launchBrowser, logIn, openTabs, phone } from '#testing/browser.ts';
import { useMadeMedia } from '#testing/page-media.ts';
import type { Product } from '../setup/product.ts';
import { cameraInPage } from './page-camera.ts';
import { codesSent, openLessonId } from './people.ts';
import { chromiumBin, openPlatform } from './platform.ts';

/** Seconds, instead of what the pack says. */
export const limits = { face: 30, otherWay: 20, idleAsk: 30, idleAnswer: 10 };
/** Somebody touches the device so often, except where a test says that nobody is there. */
const touchEveryMs = 9_000;

export interface Learner {
  login: string; name: string; personId: string; context: BrowserContext; page: Page;
  /** When the classroom was asked for, and when it was there; epoch ms. */
  enteredMs: [number, number];
  /** False: nobody sits there. */
  touches: boolean;
  /** Codes that came to the phone so far. */
  codes(): Promise<string[]>;
}
export interface PresenceWorld {
  product: Product; orm: Orm; lessonId: string; teacher: Page;
  /** Of somebody who is not in class. */
  contextOf(login: string, viewport: typeof desktop): Promise<BrowserContext>;
  /** One after the other: the teacher has one page. */
  teaching<T>(work: (page: Page) => Promise<T>): Promise<T>;
  learner(login: string): Learner;
  /** A further device of the same person. */
  device(login: string): Promise<Page>;
  /** `whole`: with what lies below the fold. */
  shot(page: Page, name: string, whole?: boolean): Promise<void>;
  close(): Promise<void>;
}

/** The newest code, once there are more than `known`. */
export async function newest(codes: () => Promise<string[]>, known: number): Promise<string> {
  for (let tries = 0; tries < 100; tries++) {
    const sent = await codes();
    if (sent.length > known) return sent.at(-1)!;
    await new Promise((done) => { setTimeout(done, 100); });
  }
  throw new Error('no code came to the phone');
}

async function openLearner(product: Product, login: string, context: BrowserContext): Promise<Learner> {
  await context.addInitScript(cameraInPage);
  const { identity } = await (await context.request.get(`${product.url}/api/me/identity`)).json() as OwnIdentity;
  const phoneMask = identity?.phoneMask;
  if (!phoneMask) throw new Error(`${login} has no papers or no phone: the demo gives them to every learner`);
  const me = await (await context.request.get(`${product.url}/api/me`)).json() as Me;
  const page = await context.newPage();
  await page.setViewportSize(phone);
  page.setDefaultTimeout(30_000);
  return { login, name: me.name, personId: me.personId, context, page, enteredMs: [0, 0], touches: true, codes: () => codesSent(product.dataDir, phoneMask) };
}

function oneAtATime(page: Page): PresenceWorld['teaching'] {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(() => work(page));
    last = mine.catch(() => undefined);
    return mine;
  };
}

/** `real`: this learner's page is a tab that another tab can hide. */
export async function openPresenceWorld({ real }: { real: string }): Promise<PresenceWorld> {
  const debugPort = await freePort();
  const [platform, withTabs] = await Promise.all([
    openPlatform({
      name: 'presence', mediaWorkers: 2, env: {
        FACE_CHECK_WINDOW_SECONDS: `${limits.face}`, OTHER_WAY_WINDOW_SECONDS: `${limits.otherWay}`, IDLE_ASK_SECONDS: `${limits.idleAsk}`, IDLE_ANSWER_SECONDS: `${limits.idleAnswer}`,
      },
    }),
    launchBrowser(chromiumBin(), { debugPort }),
  ]);
  const { product, orm } = platform;
  const tabs = await openTabs(debugPort);
  await logIn(tabs.context, product.url, real, demoPassword);
  const logins = demoAccounts.filter(({ as }) => as === 'learner').map(({ login }) => login);
  const learners = await Promise.all(logins.map(async (login) =>
    openLearner(product, login, login === real ? tabs.context : await platform.contextOf(login, phone))));
  const lead = await platform.contextOf('teacher', desktop);
  await useMadeMedia(lead);
  const teacher = await lead.newPage();
  const devices: { page: Page; touches: boolean }[] = [];
  const hands = setInterval(() => {
    // A key that writes nothing.
    for (const { page, touches } of [...learners, ...devices]) if (touches && page.url().endsWith('/live')) void page.keyboard.press('Shift').catch(() => undefined);
  }, touchEveryMs);
  let taken = 0;
  return {
    product, orm, teacher, contextOf: platform.contextOf, lessonId: await openLessonId(teacher.context()), teaching: oneAtATime(teacher),
    learner: (login) => learners.find((one) => one.login === login)!,
    device: async (login) => {
      const page = await platform.pageOf(login, desktop);
      devices.push({ page, touches: true });
      return page;
    },
    shot: async (page, name, whole = false) => {
      taken += 1;
      await platform.shot(page, `${String(taken).padStart(2, '0')}-${name}`, whole);
    },
    close: async () => {
      clearInterval(hands);
      await tabs.close().catch(() => undefined);
      await withTabs.close();
      await platform.close();
    },
  };
}
