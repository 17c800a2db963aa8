// Clicks of many learners over real connections (HTTPS too): each timed from the moment it was due to the last byte of a page's data, or the first byte of an object.
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';

export interface ClickWish { cookie: string; atMs: number }
export interface ClickWave { url: string; paths: string[]; /** `first`: of the last path's answer; `all`: its last byte. */ counts: 'first' | 'all'; clicks: ClickWish[]; startAtMs: number }
export interface ClickResult { ms: number[]; errors: string[] }
const patienceMs = 30_000;

/** Follows at most two redirects, as a browser does with links to an object store. */
async function get(url: string, cookie: string, agent: HttpAgent | HttpsAgent, counts: 'first' | 'all', redirects = 2): Promise<number> {
  const secure = url.startsWith('https:');
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = secure
      ? httpsRequest(url, { agent: agent as HttpsAgent, headers: { cookie }, rejectUnauthorized: false, timeout: patienceMs })
      : httpRequest(url, { agent: agent as HttpAgent, headers: { cookie }, timeout: patienceMs });
    request.once('response', resolve);
    request.once('timeout', () => request.destroy(new Error('no answer within 30 s')));
    request.once('error', reject);
    request.end();
  });
  const { statusCode = 0, headers: { location } } = response;
  if (statusCode >= 300 && statusCode < 400 && location && redirects > 0) {
    response.resume();
    const next = new URL(location, url);
    // The cookie is the platform's, not the store's.
    return get(next.href, next.origin === new URL(url).origin ? cookie : '', agent, counts, redirects - 1);
  }
  let firstMs = 0;
  for await (const chunk of response) if (firstMs === 0 && (chunk as Buffer).length > 0) firstMs = performance.now();
  if (statusCode !== 200) throw new Error(`status ${statusCode}`);
  return counts === 'first' ? firstMs : performance.now();
}

/** Every click at its moment, whatever became of the others (open loop). */
export async function clickWave({ url, paths, counts, clicks, startAtMs }: ClickWave): Promise<ClickResult> {
  const result: ClickResult = { ms: [], errors: [] };
  const options = { keepAlive: true, maxSockets: Infinity };
  const agent = url.startsWith('https:') ? new HttpsAgent({ ...options, rejectUnauthorized: false }) : new HttpAgent(options);
  const localStartMs = startAtMs - performance.timeOrigin;
  await Promise.all(clicks.map(async ({ cookie, atMs }) => {
    const dueMs = localStartMs + atMs;
    await pause(Math.max(0, dueMs - performance.now()));
    try {
      let doneMs = 0;
      for (const path of paths) doneMs = await get(new URL(path, url).href, cookie, agent, counts);
      result.ms.push(Math.round((doneMs - dueMs) * 10) / 10);
    } catch (error) {
      result.errors.push(error instanceof Error ? error.message : String(error));
    }
  }));
  agent.destroy();
  return result;
}
