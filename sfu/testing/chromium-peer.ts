// A Chromium page as a peer of a test node: the media page bundled, opened, and connected to the control client.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import type { SfuRequests } from '#contracts/sfu-control.ts';
import type { ControlClient } from './test-node.ts';

let bundled: Promise<string> | null = null;

async function bundle(): Promise<string> {
  const folder = dirname(fileURLToPath(import.meta.url));
  const results = await build({
    configFile: false, logLevel: 'error', root: folder,
    resolve: { alias: { '#domain': join(folder, '../../common/domain') } },
    build: { write: false, lib: { entry: join(folder, 'media-page.ts'), formats: ['iife'], name: 'unused' }, minify: false },
  });
  const [result] = Array.isArray(results) ? results : [results];
  if (!result || !('output' in result)) throw new Error('the media page was not bundled');
  return result.output[0].code;
}

/** A page that has joined the room with both transports. Localhost, because cameras need a secure context. */
export async function chromiumPeer(browser: Browser, client: ControlClient, roomId: string, peerId: string): Promise<Page> {
  bundled ??= bundle();
  const code = await bundled;
  const page = await browser.newPage();
  await page.exposeFunction('askSfu', (name: keyof SfuRequests, data: never) => client.ask(name, data));
  await page.route('**/*', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>peer</title><body></body>' }));
  await page.goto('http://localhost/');
  await page.addScriptTag({ content: code });
  await page.evaluate(([room, peer]) => window.mediaPage.join(room!, peer!), [roomId, peerId]);
  return page;
}
