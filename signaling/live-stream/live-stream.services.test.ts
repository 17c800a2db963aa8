// The delayed broadcast over REST: who may ask for it, what is refused, what a player gets, and what is put down of who was given it.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { liveStreamKey } from '#contracts/places.ts';
import { Observation } from '#db/entities/lesson.ts';
import { LiveStream } from '#db/entities/media.ts';
import { newId } from '#domain/id.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addPerson, addSchool, addSession, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let sessionId: string;
let stranger: Known;

beforeAll(async () => {
  world = await openHttpWorld();
  stranger = await addPerson(world.deps.orm, world.clock.now(), 'Stranger', null, null);
});
beforeEach(async () => {
  school = await addSchool(world.deps.orm, world.clock.now());
  await world.deps.orm.em.fork().execute("update lesson set status = 'live' where id = ?", [school.lessonId]);
  sessionId = await addSession(world.deps.orm, school, world.clock.now());
});
afterAll(() => world.close());

const path = (): string => `/api/lessons/${school.lessonId}/live-stream`;
const ask = async (person: Known | null) => {
  const reply = await world.call(`POST ${path()}`, person);
  return reply.statusCode === 200 ? reply.json() as Record<string, unknown> : (reply.json() as { error: { code: string } }).error.code;
};
const refusal = async (route: string, person: Known | null): Promise<string> => (await world.call(route, person)).json().error.code as string;
const row = (): Promise<LiveStream> => world.deps.orm.em.fork().findOneOrFail(LiveStream, { sessionId });
const change = (values: string): Promise<unknown> => world.deps.orm.em.fork().execute(`update live_stream set ${values} where session_id = ?`, [sessionId]);
const waiting = (reason: string | null = null) => ({ ready: false, playlistUrl: path(), waitReason: reason });

describe('asking for the broadcast', () => {
  it('makes one row, however many ask at once', async () => {
    const replies = await Promise.all([school.learner, school.other, school.learner, school.teacher].map(ask));
    for (const reply of replies) expect(reply).toEqual({ ...waiting(), playlistUrl: `${path()}/playlist` });
    expect(await row()).toMatchObject({ status: 'wanted', segments: 0 });
  });

  it('is refused to nobody and strangers, and when there is nothing to broadcast', async () => {
    expect(await ask(null)).toBe('unauthenticated');
    expect(await ask(stranger)).toBe('not_found');
    await world.deps.orm.em.fork().execute('update lesson set recorded = false where id = ?', [school.lessonId]);
    expect(await ask(school.learner)).toBe('live_stream_unavailable');
    await world.deps.orm.em.fork().execute("update lesson_session set ended_at = now(), end_reason = 'teacher' where id = ?", [sessionId]);
    expect(await ask(school.learner)).toBe('lesson_not_live');
  });

  it('is refused where no worker composes any', async () => {
    const { config } = world.deps;
    Object.assign(world.deps, { config: { ...config, LIVE_STREAMS: 0 } });
    expect(await ask(school.learner)).toBe('live_stream_unavailable');
    Object.assign(world.deps, { config });
  });

  it('says why it has not begun, and when it can be played; asking keeps it wanted', async () => {
    await ask(school.learner);
    await change("wanted_at = now() - interval '30 seconds'");
    await ask(school.other);
    expect(Date.now() - (await row()).wantedAt.getTime()).toBeLessThan(10_000);
    await change("wait_reason = 'busy'");
    expect(await ask(school.learner)).toMatchObject({ ready: false, waitReason: 'busy' });
    await change("status = 'running', started_at = now()");
    expect(await ask(school.learner)).toMatchObject({ ready: false, waitReason: null });
    await world.deps.storage.putBytes(liveStreamKey((await row()).id, 'playlist.m3u8'), Buffer.from('#EXTM3U\n'));
    expect(await ask(school.learner)).toMatchObject({ ready: true, waitReason: null });
  });

  it('wants it anew when it had ended, and not right after it failed', async () => {
    await ask(school.learner);
    const old = liveStreamKey((await row()).id, 'playlist.m3u8');
    await world.deps.storage.putBytes(old, Buffer.from('#EXTM3U\n'));
    await change("status = 'ended', ended_at = now(), claimed_by = 'gone', segments = 7, cleaned_at = now(), wait_reason = 'busy'");
    await Promise.all([ask(school.learner), ask(school.other)]);
    expect(await row()).toMatchObject({ status: 'wanted', segments: 7, endedAt: null, claimedBy: null, cleanedAt: null, waitReason: null });
    expect(await world.deps.storage.stat(old)).toBeNull();
    await change("status = 'failed', ended_at = now(), fail_reason = 'internal'");
    expect(await ask(school.learner)).toBe('live_stream_unavailable');
    await change("ended_at = now() - interval '31 seconds'");
    expect(await ask(school.learner)).toMatchObject({ ready: false });
    expect(await row()).toMatchObject({ status: 'wanted', failReason: null });
  });
});

describe('watching it', () => {
  let streamId: string;
  const playlist = '#EXTM3U\n#EXTINF:4.000,\nsegments/3.ts\n';
  beforeEach(async () => {
    await ask(school.learner);
    await change("status = 'running', started_at = now(), wanted_at = now() - interval '30 seconds'");
    streamId = (await row()).id;
    await world.deps.storage.putBytes(liveStreamKey(streamId, 'playlist.m3u8'), Buffer.from(playlist));
    await world.deps.storage.putBytes(liveStreamKey(streamId, '3.ts'), Buffer.from('segment three'));
  });
  const secondsWanted = async (): Promise<number> => (Date.now() - (await row()).wantedAt.getTime()) / 1000;

  it('gives the playlist to people of the lesson, kept by nobody, and stays wanted by it', async () => {
    expect(await secondsWanted()).toBeGreaterThan(20);
    const reply = await world.call(`GET ${path()}/playlist`, school.learner);
    expect([reply.statusCode, reply.headers['content-type'], reply.headers['cache-control'], reply.body]).toEqual([200, 'application/vnd.apple.mpegurl', 'no-store', playlist]);
    expect(await secondsWanted()).toBeLessThan(10);
    expect(await refusal(`GET ${path()}/playlist`, stranger)).toBe('not_found');
    expect(await refusal(`GET ${path()}/playlist`, null)).toBe('unauthenticated');
  });

  it('gives segments that their reader alone may keep, whole or in part', async () => {
    const reply = await world.call(`GET ${path()}/segments/3.ts`, school.other);
    expect([reply.statusCode, reply.headers['content-type'], reply.headers['cache-control'], reply.body]).toEqual([200, 'video/mp2t', 'private, max-age=120', 'segment three']);
    const part = await world.call(`GET ${path()}/segments/3.ts`, school.other, { headers: { range: 'bytes=8-12' } });
    expect([part.statusCode, part.body]).toEqual([206, 'three']);
    expect(await refusal(`GET ${path()}/segments/3.ts`, stranger)).toBe('not_found');
    expect(await refusal(`GET ${path()}/segments/4.ts`, school.other)).toBe('not_found');
    expect(await refusal(`GET ${path()}/segments/playlist.m3u8`, school.other)).toBe('bad_request');
    expect(await refusal(`GET ${path()}/segments/..%2F3.ts`, school.other)).toBe('bad_request');
  });

  it('is not what is left of one that nobody watched any more, and it is again what was shown until the lesson ended', async () => {
    await change("status = 'ended', ended_at = now()");
    expect(await refusal(`GET ${path()}/playlist`, school.learner)).toBe('live_stream_unavailable');
    await world.deps.orm.em.fork().execute("update lesson_session set ended_at = now(), end_reason = 'teacher' where id = ?", [sessionId]);
    expect((await world.call(`GET ${path()}/playlist`, school.learner)).body).toBe(playlist);
  });

  it('says so where there is none', async () => {
    await world.deps.storage.remove(liveStreamKey(streamId, 'playlist.m3u8'));
    expect(await refusal(`GET ${path()}/playlist`, school.learner)).toBe('live_stream_unavailable');
    await change("status = 'failed', ended_at = now()");
    expect(await refusal(`GET ${path()}/playlist`, school.learner)).toBe('live_stream_unavailable');
  });

  it('puts down at the learner’s seat that the broadcast was given, at most every 15 s', async () => {
    const connectionId = newId();
    const { lessonId, institutionId, learner } = school;
    await world.deps.orm.em.fork().execute(
      `insert into connection (id, institution_id, lesson_id, session_id, person_id, role, device_id, connected_at, last_seen_at) values (?, ?, ?, ?, ?, 'student', 'a', now(), now())`,
      [connectionId, institutionId, lessonId, sessionId, learner.personId]);
    const noted = () => world.deps.orm.em.fork().find(Observation, { lessonId, type: 'broadcast' });
    for (const person of [learner, learner, school.other, school.teacher]) await world.call(`GET ${path()}/segments/3.ts`, person);
    await expect.poll(noted).toMatchObject([{ connectionId, personId: learner.personId }]);
    world.clock.pass(15_000);
    await world.call(`GET ${path()}/segments/3.ts`, learner);
    await expect.poll(async () => (await noted()).length).toBe(2);
  });
});
