// Playlists and links of a viewing: whose they are, how far ahead they reach, how long they hold, and the bytes they lead to.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { replayKey } from '#contracts/places.ts';
import { Replay, Viewing } from '#db/entities/recording.ts';
import { unionPairs } from '#domain/recording/spans.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { bytesPerSegment, headBytes, madeBytes } from '../testing/replay-files.ts';
import { addSchool, type School } from '../testing/school.ts';
import { addWatchable, beginWatching, codeOf, type Watcher } from '../testing/watcher.ts';
import { sealLink } from './link-token.ts';

let world: HttpWorld;
let school: School;
let replayId: string;
let player: Watcher;
const seconds = 198;
beforeAll(async () => { world = await openHttpWorld(); });
afterAll(() => world.close());
beforeEach(async () => {
  school = await addSchool(world.deps.orm, world.clock.now());
  replayId = await addWatchable(world, school, seconds);
  player = await beginWatching(world, school.learner, replayId);
});
const em = () => world.deps.orm.em.fork();
const issued = async () => (await em().findOneOrFail(Viewing, { id: player.start.viewingId })).issued;
const whereTo = async (number: number | 'init', rendition: 'main' | 'low' | 'sound' = 'main') => String((await player.link(number, rendition)).headers.location);
const get = (path: string, person: Known | null = school.learner, headers: Record<string, string> = {}) => world.call(`GET ${path}`, person, { headers });

describe('links asked for at the same moment', () => {
  it('are all noted, those of one viewing and those of others, and none of a viewing that is over', async () => {
    const [second, over] = [await beginWatching(world, school.other, replayId), await beginWatching(world, school.teacher, replayId)];
    await over.beat({ leaving: true });
    const answers = await Promise.all([player.link(0), player.link(1), player.link(0, 'low'), second.link(2), player.link(3), over.link(0)]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([307, 307, 307, 307, 307, 409]);
    expect(unionPairs(await issued())).toEqual([[0, 8000], [12_000, 16_000]]);
    expect((await em().findOneOrFail(Viewing, { id: second.start.viewingId })).issued).toEqual([[8000, 12_000]]);
  });
});

describe('playlists', () => {
  it('offer every rendition there is, best first, with its real rates', async () => {
    const master = await get(player.start.playlistUrl);
    expect([master.statusCode, master.headers['content-type'], master.headers['cache-control']]).toEqual([200, 'application/vnd.apple.mpegurl', 'no-store']);
    const rate = (size: number): string => `BANDWIDTH=${(size * 8) / 2},AVERAGE-BANDWIDTH=${Math.ceil((50 * size * 8) / seconds)}`;
    expect(master.body).toBe([
      '#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS',
      ...(['main', 'low', 'sound'] as const).flatMap((name) => [`#EXT-X-STREAM-INF:${rate(bytesPerSegment[name])}`, `${player.start.playlistUrl}/${name}`]), '',
    ].join('\n'));
    const { files } = await em().findOneOrFail(Replay, { id: replayId });
    const sizes = Object.fromEntries(Object.entries(files.sizes!).filter(([name]) => name !== 'low.m3u8'));
    await em().nativeUpdate(Replay, { id: replayId }, { files: { ...files, sizes } });
    expect((await get(player.start.playlistUrl)).body).not.toContain('/low');
  });

  it('name segments by number and no bytes of the file', async () => {
    const base = `/api/viewings/${player.start.viewingId}/segments/low`;
    const { body } = await get(`${player.start.playlistUrl}/low`);
    expect(body.split('\n').slice(0, 10)).toEqual([
      '#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-TARGETDURATION:4', '#EXT-X-MEDIA-SEQUENCE:0', '#EXT-X-PLAYLIST-TYPE:VOD', '#EXT-X-INDEPENDENT-SEGMENTS',
      `#EXT-X-MAP:URI="${base}/init"`, '#EXTINF:4.000000,', `${base}/0`, '#EXTINF:4.000000,',
    ]);
    expect(body.split('\n').slice(-4)).toEqual(['#EXTINF:2.000000,', `${base}/49`, '#EXT-X-ENDLIST', '']);
    expect(body).not.toContain('BYTERANGE');
  });

  it('are the viewer’s own, while the viewing lasts', async () => {
    for (const path of [player.start.playlistUrl, `${player.start.playlistUrl}/main`]) {
      for (const person of [school.other, school.teacher, school.regulator]) expect(codeOf(await get(path, person))).toBe('not_found');
      expect(codeOf(await get(path, null))).toBe('unauthenticated');
    }
    await player.beat({ leaving: true });
    expect(codeOf(await get(player.start.playlistUrl))).toBe('viewing_over');
    expect(codeOf(await get(`${player.start.playlistUrl}/main`))).toBe('viewing_over');
    expect((await get(`${player.start.playlistUrl}/other`)).statusCode).toBe(400);
  });

  it('follow a file that was made again', async () => {
    await get(player.start.playlistUrl);
    const { files } = await em().findOneOrFail(Replay, { id: replayId });
    const text = (await world.deps.storage.read(replayKey(replayId, 'main.m3u8'))).toString();
    await world.deps.storage.putBytes(replayKey(replayId, 'main.m3u8'), Buffer.from(text.replace('EXTINF:2.000000', 'EXTINF:1.960000')));
    expect((await get(`${player.start.playlistUrl}/main`)).body).toContain('EXTINF:2.000000');
    await em().nativeUpdate(Replay, { id: replayId }, { files: { ...files, sha256: { ...files.sha256, 'main.m4s': 'aa'.repeat(32) } } });
    expect((await get(`${player.start.playlistUrl}/main`)).body).toContain('EXTINF:1.960000');
  });
});

describe('links', () => {
  it('lead to the bytes of their segment and no others, whole and in ranges', async () => {
    for (const [index, rendition] of (['main', 'low', 'sound'] as const).entries()) {
      const size = bytesPerSegment[rendition];
      const all = madeBytes(headBytes + 50 * size, index);
      for (const [number, from, to] of [['init', 0, headBytes], [0, headBytes, headBytes + size], [7, headBytes + 7 * size, headBytes + 8 * size]] as const) {
        const path = await whereTo(number, rendition);
        expect(path.length - '/api/segments/'.length).toBeLessThanOrEqual(400);
        const whole = await get(path);
        expect([whole.statusCode, whole.headers['content-type'], whole.headers['cache-control']]).toEqual([200, rendition === 'sound' ? 'audio/mp4' : 'video/mp4', 'private, max-age=90']);
        expect(whole.rawPayload.equals(all.subarray(from, to)), `${rendition} ${number}`).toBe(true);
        const part = await get(path, school.learner, { range: 'bytes=10-29' });
        expect([part.statusCode, part.headers['content-range']]).toEqual([206, `bytes 10-29/${to - from}`]);
        expect(part.rawPayload.equals(all.subarray(from + 10, from + 30))).toBe(true);
      }
    }
    const link = await player.link(0);
    expect([link.statusCode, link.headers['cache-control'], link.body]).toEqual([307, 'no-store', '']);
  });

  it('note what was given out, each moment once, the file’s head not at all', async () => {
    await player.link('init');
    expect(await issued()).toEqual([]);
    await player.link(0);
    await player.link(0, 'low');
    await player.link(2, 'sound');
    expect(await issued()).toEqual([[0, 4000], [8000, 12_000]]);
    await player.beat({});
    await Promise.all([0, 1, 2, 3, 4, 5].map((number) => player.link(number)));
    await player.beat({});
    expect(await issued()).toEqual([[0, 24_000]]);
  });

  it('reach a minute ahead of the position, and no further', async () => {
    expect((await player.link(15)).statusCode).toBe(307);
    const early = await player.link(16);
    expect([early.statusCode, codeOf(early)]).toEqual([425, 'segment_too_early']);
    expect(codeOf(await player.link(16, 'sound'))).toBe('segment_too_early');
    expect(await issued()).toEqual([[60_000, 64_000]]);
    await player.fetch(0, 3);
    world.clock.pass(10_000);
    await player.beat({ played: [[0, 10_000]], positionMs: 10_000 });
    expect((await player.link(17)).statusCode).toBe(307);
    expect(codeOf(await player.link(18))).toBe('segment_too_early');
    await player.beat({ positionMs: 0 });
    expect(codeOf(await player.link(16))).toBe('segment_too_early');
  });

  it('are for whoever watches, and nothing that is not there', async () => {
    for (const person of [school.other, school.teacher, school.regulator]) expect(codeOf(await player.link(0, 'main', person))).toBe('not_found');
    expect(codeOf(await player.link(0, 'main', null))).toBe('unauthenticated');
    const staff = await beginWatching(world, school.teacher, replayId);
    await staff.beat({ positionMs: 190_000 });
    expect((await staff.link(49)).statusCode).toBe(307);
    expect(codeOf(await staff.link(50))).toBe('not_found');
    expect((await get(`/api/viewings/${player.start.viewingId}/segments/main/-1`)).statusCode).toBe(400);
    await world.deps.storage.remove(replayKey(replayId, 'low.m3u8'));
    expect(codeOf(await player.link(0, 'low'))).toBe('not_found');
  });

  it('hold for 90 s, also after the viewing, and then no longer', async () => {
    const path = await whereTo(3);
    await player.beat({ leaving: true });
    world.clock.pass(90_000);
    expect((await get(path)).statusCode).toBe(200);
    world.clock.pass(1);
    const late = await get(path);
    expect([late.statusCode, codeOf(late)]).toEqual([410, 'link_expired']);
  });

  it('serve their own person only, as they were signed', async () => {
    const path = await whereTo(3);
    for (const person of [school.other, school.teacher, school.regulator]) expect(codeOf(await get(path, person))).toBe('forbidden');
    expect(codeOf(await get(path, null))).toBe('unauthenticated');
    const [payload = '', signature = ''] = path.split('/').at(-1)!.split('.');
    const values = JSON.parse(Buffer.from(payload, 'base64url').toString()) as unknown[];
    const changed = (index: number, value: unknown): string => Buffer.from(JSON.stringify(values.with(index, value))).toString('base64url');
    const forged = [
      `${changed(6, 999_999)}.${signature}`, `${changed(7, 9e15)}.${signature}`, `${changed(4, school.other.personId)}.${signature}`, payload, `${payload}.`, `.${signature}`, 'x.y',
      `${payload}.${signature.slice(0, -1)}`, `${payload}.${signature}.${signature}`, `${payload}.${Buffer.from('x'.repeat(32)).toString('base64url')}`,
    ];
    for (const token of forged) expect(codeOf(await get(`/api/segments/${token}`)), token).toBe('not_found');
    expect((await get(`/api/segments/${'a'.repeat(401)}`)).statusCode).toBeGreaterThanOrEqual(400);
  });

  it('hold in every process with the same master key, and in no other', async () => {
    const end = world.clock.now().getTime() + 1000;
    const link = { viewingId: player.start.viewingId, replayId, rendition: 'low', number: '0', personId: school.learner.personId, start: 0, end: 9, expiresMs: end } as const;
    const there = await get(`/api/segments/${sealLink(world.deps.vault.platformKey('replay links'), link)}`);
    expect(there.rawPayload.equals(madeBytes(10, 1))).toBe(true);
    expect(codeOf(await get(`/api/segments/${sealLink(world.deps.vault.platformKey('another purpose'), link)}`))).toBe('not_found');
    const beyond = sealLink(world.deps.vault.platformKey('replay links'), { ...link, end: 10_000_000 });
    expect(codeOf(await get(`/api/segments/${beyond}`))).toBe('not_found');
  });
});
