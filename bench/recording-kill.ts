// `recording-kill --rounds 5`: in one live lesson everything is killed at random moments, again and again; what reached the sfu is compared with its log, and
// what is missing in it with the gaps the finished file admits.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { BrowserContext } from 'playwright-core';
import { launchBrowser } from '#testing/browser.ts';
import { useMadeMedia } from '#testing/page-media.ts';
import { redisThere, startRedis, type RedisServer } from '#testing/redis-server.ts';
import { absenceAfter, lossOfKills, missingPackets, readLoggedStreams, type Kill, type KillKind, type LoggedStream } from './capture-truth.ts';
import { ChatProbe } from './chat-probe.ts';
import { endLesson, teach } from './classroom.ts';
import { MediaRelay } from './media-relay.ts';
import { childProcesses, percentile } from './statistics.ts';
import { numberOption, withProduct, type ProductWorld } from './product-world.ts';
import { untilPublished, type Published } from './published.ts';

const patienceMs = 60_000;
/** A source that comes back has been recorded for this long before the next kill. */
const settledMs = 3000;

interface Scene { world: ProductWorld; relay: MediaRelay; chat: ChatProbe; lessonId: string; redis: { server: RedisServer | null } }
type Recovery = (scene: Scene, atMs: number) => Promise<number>;

const now = (): number => performance.timeOrigin + performance.now();
async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const from = performance.now();
  while (!await holds()) {
    if (performance.now() - from > patienceMs) throw new Error(`${what}: not within ${patienceMs / 1000} s`);
    await pause(50);
  }
}

/** Media is back when the sfu gets streams that began after the kill, sound and picture. */
async function mediaBack({ relay }: Scene, atMs: number): Promise<number> {
  const known = new Set(relay.packets.filter((packet) => packet.atMs <= atMs).map(({ ssrc }) => ssrc));
  let backMs = 0;
  await until('media after a kill', () => {
    const fresh = Map.groupBy(relay.packets.filter((packet) => packet.atMs > atMs && !known.has(packet.ssrc)), ({ ssrc }) => ssrc);
    const steady = [...fresh.values()].filter((packets) => packets.length >= 30);
    backMs = steady[0]?.[0]?.atMs ?? 0;
    return steady.length >= 2;
  });
  return backMs - atMs;
}
/** The worker says in its log when it works. */
const workerBack: Recovery = async ({ world: { product } }, atMs) => {
  let backMs = 0;
  await until('the worker', async () => {
    const lines = (await readFile(join(product.dataDir, 'logs/worker.log'), 'utf8')).split('\n').filter((line) => line.includes('worker is working'));
    const { time } = JSON.parse(lines.at(-1) ?? '{}') as { time?: string };
    backMs = time ? Date.parse(time) : 0;
    return backMs > atMs;
  });
  return backMs - atMs;
};
/** A message is written by one learner and read by another: database, queue and sockets work. */
const chatBack: Recovery = async ({ chat }, atMs) => {
  await until('chat', () => chat.works());
  return now() - atMs;
};

const kinds: Record<KillKind, { victim: (scene: Scene) => number | null; recovery: Recovery; then?: (scene: Scene) => Promise<void> }> = {
  sfu: { victim: ({ world }) => world.product.roles.sfu.pid, recovery: mediaBack },
  mediaWorker: { victim: ({ world }) => childProcesses(world.product.roles.sfu.pid ?? 0, 'mediasoup-worke')[0] ?? null, recovery: mediaBack },
  worker: { victim: ({ world }) => world.product.roles.worker.pid, recovery: workerBack },
  postgres: { victim: ({ world }) => world.product.postgresPid(), recovery: chatBack },
  redis: {
    victim: ({ redis }) => redis.server?.pid ?? null, recovery: chatBack,
    // Nothing is kept: it comes back empty, as after a lost machine.
    then: async ({ redis }) => { redis.server = await startRedis(redis.server!.port); },
  },
};

async function killOnce(scene: Scene, kind: KillKind): Promise<{ kill: Kill; recoveryMs: number } | null> {
  await pause(500 + Math.random() * 4000);
  const { victim, recovery, then } = kinds[kind];
  const pid = victim(scene);
  if (pid === null) return null;
  const kill: Kill = { kind, atMs: now() };
  process.kill(pid, 'SIGKILL');
  const back = recovery(scene, kill.atMs);
  await then?.(scene);
  const recoveryMs = await back;
  await pause(settledMs);
  return { kill, recoveryMs };
}

async function sessionOf({ world, lessonId }: Scene): Promise<string> {
  const [sessionId] = await readdir(join(world.product.dataDir, 'capture', lessonId));
  if (!sessionId) throw new Error('nothing was captured');
  return sessionId;
}

/** Gaps of the finished files on the machine's clock. */
function gapsOf({ parts, qualities, lesson }: Published): { fromMs: number; toMs: number }[] {
  return parts.flatMap((part) => {
    const startMs = Date.parse(lesson.units.find(({ unitId }) => unitId === part.unitId)!.startedAt!);
    const report = qualities.find(({ replayId }) => replayId === part.replayId)?.report;
    return (report?.gaps ?? []).map(({ fromMs, toMs }) => ({ fromMs: startMs + fromMs, toMs: startMs + toMs }));
  });
}

/** How much longer than the absence in truth the gaps are that lie over it; null where none does. */
function gapExcess(absence: { fromMs: number; toMs: number }, gaps: readonly { fromMs: number; toMs: number }[]): number | null {
  const over = gaps.filter((gap) => gap.fromMs < absence.toMs && gap.toMs > absence.fromMs);
  if (over.length === 0) return null;
  return Math.max(...over.map(({ toMs }) => toMs)) - Math.min(...over.map(({ fromMs }) => fromMs)) - (absence.toMs - absence.fromMs);
}

const worst = (values: readonly number[]): number | null => (values.length === 0 ? null : Math.round(Math.max(...values)));
const perKind = <T>(value: (kind: KillKind) => T): Record<string, T> => Object.fromEntries((Object.keys(kinds) as KillKind[]).map((kind) => [kind, value(kind)]));

interface Killed { kill: Kill; recoveryMs: number }
function figures(scene: Scene, killed: readonly Killed[], logged: readonly LoggedStream[], published: Published): Record<string, unknown> {
  const kills = killed.map(({ kill }) => kill);
  const relayed = scene.relay.packets;
  const { losses, unexplained, closing } = lossOfKills(missingPackets(relayed, logged, kills), kills);
  const peerId = logged.find(({ source }) => source === 'camera')?.peerId ?? '';
  const absences = kills.filter(({ kind }) => kind === 'sfu' || kind === 'mediaWorker').flatMap(({ kind, atMs }) => (['camera', 'microphone'] as const).flatMap((source) => {
    const absence = absenceAfter({ kind, atMs }, source, peerId, relayed, logged);
    return absence ? [{ kind, source, absenceMs: Math.round(absence.toMs - absence.fromMs), excessMs: gapExcess(absence, gapsOf(published)) }] : [];
  }));
  const excesses = absences.map(({ excessMs }) => excessMs);
  const firstSeen = new Map<number, number>();
  for (const { ssrc, atMs } of relayed) if (!firstSeen.has(ssrc)) firstSeen.set(ssrc, atMs);
  return {
    lostMs: perKind((kind) => worst(losses.filter(({ kill }) => kill.kind === kind).map(({ lostMs }) => lostMs))),
    recoveryMs: perKind((kind) => worst(killed.filter(({ kill }) => kill.kind === kind).map(({ recoveryMs }) => recoveryMs))),
    unloggedGaps: excesses.filter((excess) => excess === null).length, unloggedPackets: unexplained.length, packetsAtClosing: closing.length,
    gapExcessMs: worst(excesses.filter((excess) => excess !== null)), absences,
    // A browser sends before it has told the sfu of its source; the sfu cannot know what that is.
    sentBeforeKnownMs: Math.round(percentile(logged.map(({ ssrc, firstMs }) => firstMs - (firstSeen.get(ssrc) ?? firstMs)), 1)),
    packets: relayed.length, unitSeconds: published.parts.map(({ durationMs }) => (durationMs ?? 0) / 1000), status: published.parts.map(({ status }) => status),
  };
}

async function killAndCompare(scene: Scene, rounds: number, staff: BrowserContext, end: () => Promise<void>): Promise<Record<string, unknown>> {
  const killed: Killed[] = [];
  await pause(settledMs);
  for (let round = 0; round < rounds; round++) {
    for (const kind of Object.keys(kinds) as KillKind[]) {
      const one = await killOnce(scene, kind);
      if (one) killed.push(one);
      console.error(`round ${round + 1}, ${kind}: ${one ? `back after ${Math.round(one.recoveryMs)} ms` : 'not there'}`);
    }
  }
  await end();
  const published = await untilPublished(staff, scene.lessonId, 600_000);
  const logged = await readLoggedStreams(scene.world.product.dataDir, scene.lessonId, await sessionOf(scene));
  return { rounds, ...figures(scene, killed, logged, published) };
}

export async function benchRecordingKill(args: readonly string[]): Promise<Record<string, unknown>> {
  const rounds = numberOption(args, 'rounds', 5);
  const redis = { server: redisThere ? await startRedis() : null };
  try {
    return await withProduct({ ...(redis.server && { REDIS_URL: redis.server.url }) }, 1, async (world) => {
      const relay = await MediaRelay.open(world.mediaPort, world.mediaWorkers);
      const browser = await launchBrowser(world.found.chromium);
      const chat = new ChatProbe(world.product.url);
      try {
        const { page, lessonId } = await teach(browser, world.product.url, async (context) => {
          await useMadeMedia(context);
          await relay.serve(context);
        });
        chat.enter(lessonId);
        return await killAndCompare({ world, relay, chat, lessonId, redis }, rounds, page.context(), () => endLesson(page));
      } finally {
        chat.close();
        await browser.close();
        relay.close();
      }
    });
  } finally {
    await redis.server?.stop();
  }
}
