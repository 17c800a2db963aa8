// Heartbeats over a line that loses things: in order, the same again until answered, nothing told twice, and a farewell that needs no time.
import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Heartbeat, ViewingStart } from '#contracts/replay.ts';
import { heartbeatText, viewingLapseMs, type PlayedSpan } from '#domain/recording/watching.ts';
import { Watching, type OverReason } from './Watching.ts';

const key = Buffer.alloc(32, 3);
const start: ViewingStart = {
  viewingId: '01890000-0000-7000-8000-000000000001', playlistUrl: '/p', heartbeatKey: key.toString('base64url'), nonce: 'n0',
  positionMs: 0, furthestMs: 0, creditedMs: 0, skippingForbidden: true, creditSpeed: 1, fastestSpeed: 2,
};
type Answer = 'heard' | 'cut before' | 'cut after' | { status: number; code: string };
afterEach(() => { vi.unstubAllGlobals(); });

/** A server that keeps the rules of nonces, behind a line that fails as told. */
function opened(answers: Answer[] = []) {
  const seen: Heartbeat[] = [];
  const heard: Heartbeat[] = [];
  const farewells: Heartbeat[] = [];
  let nonce = start.nonce;
  let spans: PlayedSpan[] = [];
  let now = 0;
  const over: OverReason[] = [];
  let unheard = 0;
  const json = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status });
  vi.stubGlobal('fetch', async (address: string, init: RequestInit) => {
    if (address.endsWith('/viewings')) return json(start);
    const beat = JSON.parse(String(init.body)) as Heartbeat;
    if (init.keepalive) { farewells.push(beat); return json({}); }
    seen.push(beat);
    const answer = answers.shift() ?? 'heard';
    if (answer === 'cut before') throw new TypeError('offline');
    if (typeof answer === 'object') return json({ error: { code: answer.code, message: '' } }, answer.status);
    const again = heard.at(-1)?.signature === beat.signature;
    if (!again) {
      expect(beat.nonce).toBe(nonce);
      heard.push(beat);
      nonce = `n${heard.length}`;
    }
    if (answer === 'cut after') throw new TypeError('reply lost');
    return json({ nonce, creditedMs: 0, furthestMs: 0, completed: false });
  });
  const source = { take: () => { const taken = spans; spans = []; return taken; }, peek: () => spans };
  const watching = Watching.create('r', source, { heard: () => undefined, unheard: () => { unheard++; }, over: (reason) => { over.push(reason); } }, () => now);
  return { watching, seen, heard, farewells, over, unheard: () => unheard, play: (from: number, to: number) => { spans.push([from, to]); }, pass: (ms: number) => { now += ms; } };
}

describe('Watching', () => {
  it('sends one after the other, each with the nonce of the last reply, signed', async () => {
    const line = opened();
    const watching = await line.watching;
    line.play(0, 5000);
    const both = [watching.beat(5000.4), watching.beat(9000)];
    expect(await Promise.all(both)).toEqual([true, true]);
    expect(line.heard.map(({ nonce, positionMs, played }) => [nonce, positionMs, played])).toEqual([['n0', 5000, [[0, 5000]]], ['n1', 9000, []]]);
    for (const beat of line.heard) expect(beat.signature).toBe(createHmac('sha256', key).update(heartbeatText(start.viewingId, beat)).digest('base64url'));
  });
  it.each(['cut before', 'cut after'] as const)('sends the very same again when it was %s the server, and loses no span', async (cut) => {
    const line = opened([cut]);
    const watching = await line.watching;
    line.play(0, 5000);
    expect(await watching.beat(5000)).toBe(false);
    expect([watching.unanswered, watching.unansweredMs, line.unheard()]).toEqual([true, 5000, 1]);
    line.play(5000, 8000);
    expect(await watching.beat(8000)).toBe(true);
    expect(line.seen[1]).toEqual(line.seen[0]);
    expect(line.heard.map(({ played }) => played)).toEqual([[[0, 5000]], [[5000, 8000]]]);
    expect(watching.unanswered).toBe(false);
  });
  it('is over elsewhere while it was heard of, and lapsed after a silence; told once', async () => {
    const refused = { status: 409, code: 'viewing_over' };
    const taken = opened(['heard', refused, refused]);
    const one = await taken.watching;
    await one.beat(1);
    taken.pass(viewingLapseMs - 1);
    expect([await one.beat(2), await one.beat(3), one.over, taken.over]).toEqual([false, false, true, ['elsewhere']]);
    const silent = opened([{ status: 409, code: 'heartbeat_late' }]);
    const other = await silent.watching;
    silent.pass(viewingLapseMs);
    await other.beat(1);
    expect(silent.over).toEqual(['lapsed']);
  });
  it('is not over because the server stumbles', async () => {
    const line = opened([{ status: 500, code: 'internal' }, { status: 429, code: 'too_many_attempts' }]);
    const watching = await line.watching;
    await watching.beat(1);
    await watching.beat(1);
    expect([await watching.beat(1), line.over]).toEqual([true, []]);
  });
  it('says farewell at once with what is not told yet, once', async () => {
    const line = opened();
    const watching = await line.watching;
    line.play(0, 3000);
    await watching.prepareFarewell(3000);
    watching.leave();
    watching.leave();
    expect(line.farewells).toMatchObject([{ nonce: 'n0', positionMs: 3000, played: [[0, 3000]], leaving: true }]);
    expect([await watching.beat(4000), line.seen, line.over]).toEqual([false, [], []]);
  });
  it('repeats at leaving what got no answer', async () => {
    const line = opened(['cut after']);
    const watching = await line.watching;
    line.play(0, 3000);
    await watching.beat(3000);
    await watching.prepareFarewell(3000);
    watching.leave();
    expect(line.farewells).toEqual([line.seen[0]]);
  });
});
