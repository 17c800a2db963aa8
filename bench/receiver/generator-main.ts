// A process of light receivers, or of a made teacher; it knows no signaling: who started it says over the process channel what to connect to.
import { LightReceiver, feedbackEveryMs } from './receiver.ts';
import { ownDtlsParameters } from '#testing/secure-line.ts';
import { ClipSender } from './sender.ts';
import { makeClip } from './clip.ts';
import type { GeneratorReply, GeneratorRequest, GeneratorWork } from './generator.ts';

const turns = 5;
const receivers = new Map<string, LightReceiver>();
let sender: ClipSender | null = null;

/** Every receiver once in `feedbackEveryMs`, a share of them at a time. */
let turn = 0;
setInterval(() => {
  const nowMs = performance.now();
  let index = 0;
  for (const receiver of receivers.values()) if (index++ % turns === turn) receiver.tick(nowMs);
  turn = (turn + 1) % turns;
}, feedbackEveryMs / turns);

const handlers: { [K in keyof GeneratorWork]: (data: GeneratorWork[K]['data']) => Promise<GeneratorWork[K]['reply']> } = {
  async receive({ key, transport, patienceMs }) {
    receivers.get(key)?.close();
    receivers.set(key, await LightReceiver.open(transport, patienceMs));
    return {};
  },
  async expect({ key, kind, rtpParameters }) {
    receivers.get(key)?.expect(kind, rtpParameters);
    return {};
  },
  async counts() {
    const { user, system } = process.cpuUsage();
    const counts = [...receivers].map(([key, receiver]) => ({ key, ended: receiver.ended, ...receiver.count }));
    return { atMs: performance.now(), originMs: performance.timeOrigin, cpuMs: (user + system) / 1000, counts };
  },
  async forget({ keys }) {
    for (const key of keys) {
      receivers.get(key)?.close();
      receivers.delete(key);
    }
    return {};
  },
  async teach({ transport, layers, ffmpeg, folder, firstSsrc, seconds }) {
    sender?.close();
    clip ??= makeClip(ffmpeg, folder, layers, seconds);
    sender = await ClipSender.open(transport, await clip, firstSsrc);
    sender.start();
    return {};
  },
  async prepare({ layers, ffmpeg, folder, seconds }) {
    clip ??= makeClip(ffmpeg, folder, layers, seconds);
    const { layers: made } = await clip;
    return { bitsPerSecond: made.map(({ packets }) => Math.round((packets.reduce((sum, { data }) => sum + data.length, 0) * 8) / seconds)) };
  },
};
let clip: ReturnType<typeof makeClip> | null = null;

async function answer<K extends keyof GeneratorWork>({ id, name, data }: GeneratorRequest<K>): Promise<void> {
  let reply: GeneratorReply;
  try {
    reply = { id, ok: true, data: await handlers[name](data) };
  } catch (error) {
    reply = { id, ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
  process.send?.(reply);
}
process.on('message', (message) => { void answer(message as GeneratorRequest<keyof GeneratorWork>); });
process.once('disconnect', () => process.exit(0));
process.send?.({ ready: await ownDtlsParameters() });
