// How tests in a browser begin: the whole product on a database of its own, a Chromium, people who are logged in, and a folder for pictures of what they saw.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { demoPassword } from '#db/demo.ts';
import type { Orm } from '#db/orm.ts';
import { testDatabase } from '#db/testing/database.ts';
import { desktop, launchBrowser, loggedIn, politeChromium } from '#testing/browser.ts';
import { foundPaths } from '../setup/found.ts';
import { productPorts } from '../setup/ports.ts';
import { startProduct, type Product } from '../setup/product.ts';

export interface Wish {
  /** Of the folder of pictures, `data/e2e-<name>`. */
  name: string;
  /** Settings besides the usual ones. */
  env?: Record<string, string>;
  mediaWorkers?: number;
  /** People's devices come after the server: where the product looks at how busy its machine is. */
  politeBrowser?: boolean;
}
export interface Platform {
  product: Product; browser: Browser;
  /** The product's own database. */
  orm: Orm;
  /** What the product was started with. */
  ports: Record<string, string>;
  /** Gone afterwards. */
  folder: string;
  /** Screenshots of the newest run; they stay. */
  pictures: string;
  /** `url`: another way to the product, such as a line that can be cut. */
  contextOf(login: string, viewport?: typeof desktop, url?: string): Promise<BrowserContext>;
  pageOf(login: string, viewport?: typeof desktop, url?: string): Promise<Page>;
  /** `whole`: with what lies below the fold. */
  shot(page: Page, name: string, whole?: boolean): Promise<void>;
  close(): Promise<void>;
}

const waitsMs = 30_000;

export function chromiumBin(): string {
  const { CHROMIUM_BIN } = foundPaths(process.env);
  if (!CHROMIUM_BIN) throw new Error('Chromium is missing: npm test installs it; otherwise set CHROMIUM_BIN');
  return CHROMIUM_BIN;
}

export async function emptyPictures(name: string): Promise<string> {
  const pictures = join(import.meta.dirname, `../data/e2e-${name}`);
  await rm(pictures, { recursive: true, force: true });
  await mkdir(pictures, { recursive: true });
  return pictures;
}

/**
 * The database is a copy on the test run's server, migrated already: a server for each file would cost its making, and the start on one of its own is tested
 * where starting is. Checks by face are asked where a test wants them, never drawn.
 */
export async function openPlatform({ name, env = {}, mediaWorkers = 1, politeBrowser = false }: Wish): Promise<Platform> {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), `keshi-${name}-`));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const [pictures, ports, database] = await Promise.all([emptyPictures(name), productPorts(mediaWorkers), testDatabase()]);
  opened.defer(() => database.close());
  const starting = startProduct({ env: { ...process.env, ...ports, DATA_DIR: join(folder, 'data'), DATABASE_URL: database.url, FACE_CHECKS_PER_UNIT: '0', ...env } });
  const chromium = politeBrowser ? politeChromium(chromiumBin(), folder) : Promise.resolve(chromiumBin());
  const [product, browser] = await Promise.allSettled([starting, chromium.then((path) => launchBrowser(path))]);
  if (product.status === 'fulfilled') opened.defer(() => product.value.stop());
  if (browser.status === 'fulfilled') opened.defer(() => browser.value.close());
  if (product.status === 'rejected') throw product.reason;
  if (browser.status === 'rejected') throw browser.reason;
  const running = opened.move();
  const contextOf = async (login: string, viewport = desktop, url = product.value.url): Promise<BrowserContext> => {
    const context = await loggedIn(browser.value, url, login, demoPassword, viewport);
    context.setDefaultTimeout(waitsMs);
    return context;
  };
  return {
    product: product.value, browser: browser.value, orm: database.orm, ports, folder, pictures, contextOf,
    pageOf: async (login, viewport, url) => (await contextOf(login, viewport, url)).newPage(),
    shot: async (page, picture, whole = false) => { await page.screenshot({ path: join(pictures, `${picture}.png`), fullPage: whole }); },
    close: () => running.disposeAsync(),
  };
}
