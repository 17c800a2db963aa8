// Watching with proof: what is credited, from when on one may jump, and every heartbeat that is refused.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LessonReplay } from '#contracts/replay.ts';
import type { LessonReport } from '#contracts/report.ts';
import { ReplayPosition, Viewing } from '#db/entities/recording.ts';
import { lengthOf } from '#domain/recording/spans.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addSchool, type School } from '../testing/school.ts';
import { addWatchable, beginWatching, codeOf, type Watcher } from '../testing/watcher.ts';

let world: HttpWorld;
let school: School;
let replayId: string;
beforeAll(async () => { world = await openHttpWorld(); });
afterAll(() => world.close());
beforeEach(async () => {
  school = await addSchool(world.deps.orm, world.clock.now());
  replayId = await addWatchable(world, school, 200);
});
const em = () => world.deps.orm.em.fork();
const watch = (person: Known = school.learner, id = replayId): Promise<Watcher> => beginWatching(world, person, id);
const watched = (person: Known = school.learner) => em().findOneOrFail(ReplayPosition, { replayId, personId: person.personId });
const viewing = ({ start }: Watcher) => em().findOneOrFail(Viewing, { id: start.viewingId });
const events = async (type: string) => (await world.events(type)).filter(({ payload }) => payload.replayId === replayId);

describe('credit', () => {
  it('is what was fetched and played, as long as it took', async () => {
    const player = await watch();
    expect(player.start).toMatchObject({ positionMs: 0, furthestMs: 0, creditedMs: 0, skippingForbidden: true, creditSpeed: 1, fastestSpeed: 2 });
    expect(Buffer.from(player.start.heartbeatKey, 'base64url')).toHaveLength(32);
    expect(await player.play(5)).toMatchObject({ creditedMs: 5000, furthestMs: 5000, completed: false });
    expect(await player.play(5)).toMatchObject({ creditedMs: 10_000, furthestMs: 10_000 });
    expect(await watched()).toMatchObject({ credited: [[0, 10_000]], creditedMs: 10_000, furthestMs: 10_000, positionMs: 10_000, completedAt: null });
    expect(await viewing(player)).toMatchObject({ creditedMs: 10_000, heartbeats: 2, issued: [[0, 12_000]], positionMs: 10_000 });
    const [part] = (await world.call(`GET /api/lessons/${school.lessonId}/replay`, school.learner)).json<LessonReplay>().parts;
    expect(part).toMatchObject({ positionMs: 10_000, furthestMs: 10_000, creditedMs: 10_000 });
  });

  it('is never what was only said: nothing fetched is nothing watched', async () => {
    const player = await watch();
    world.clock.pass(50_000);
    expect(await player.beat({ played: [[0, 50_000]], positionMs: 50_000 })).toMatchObject({ creditedMs: 0, furthestMs: 0 });
    await player.fetch(0, 2);
    world.clock.pass(50_000);
    expect(await player.beat({ played: [[0, 50_000]], positionMs: 50_000 })).toMatchObject({ creditedMs: 8000, furthestMs: 8000 });
    expect((await viewing(player)).positionMs).toBe(9000);
  });

  it('is the earliest part of what was played faster than it counts', async () => {
    const player = await watch();
    expect(await player.play(10, 2)).toMatchObject({ creditedMs: 10_000, furthestMs: 20_000 });
    expect((await watched()).credited).toEqual([[0, 10_000]]);
    expect(await player.play(5, 2)).toMatchObject({ creditedMs: 15_000, furthestMs: 30_000 });
    expect((await watched()).credited).toEqual([[0, 10_000], [20_000, 25_000]]);
  });

  it('is given once for each moment, over all viewings of a person', async () => {
    const player = await watch();
    await player.play(20);
    await player.beat({ positionMs: 5000 });
    expect(await player.play(15)).toMatchObject({ creditedMs: 20_000, furthestMs: 20_000 });
    const again = await watch();
    expect(again.start).toMatchObject({ positionMs: 20_000, furthestMs: 20_000, creditedMs: 20_000 });
    await again.beat({ positionMs: 10_000 });
    expect(await again.play(15)).toMatchObject({ creditedMs: 25_000, furthestMs: 25_000 });
    expect((await viewing(again)).creditedMs).toBe(5000);
    expect((await (await watch(school.other)).play(5))).toMatchObject({ creditedMs: 5000 });
  });

  it('does not come faster through many viewings or many heartbeats', async () => {
    for (let count = 0; count < 5; count++) {
      const player = await watch();
      await player.fetch(0, 5);
      await player.beat({ played: [[0, 20_000]], positionMs: 0 });
      world.clock.pass(100);
      await player.beat({ played: [[0, 20_000]], positionMs: 0 });
      await player.beat({ played: [[0, 20_000]], positionMs: 0 });
    }
    expect((await watched()).creditedMs).toBeLessThanOrEqual(500);
  });

  it('keeps to the file: what lies behind its end is nothing', async () => {
    const player = await watch();
    await player.fetch(0, 2);
    world.clock.pass(40_000);
    const beyond = await player.beat({ played: [[0, 8000], [199_000, 900_000]], positionMs: 900_000 });
    expect(beyond).toMatchObject({ creditedMs: 8000, furthestMs: 8000 });
  });

  it('makes the whole of it at 98 %, once, with an event', async () => {
    const player = await watch();
    for (let count = 0; count < 9; count++) expect((await player.play(20)).completed).toBe(false);
    expect((await player.play(15)).completed).toBe(false);
    expect(await player.play(2)).toMatchObject({ creditedMs: 197_000, completed: true });
    expect((await player.play(3)).completed).toBe(true);
    expect((await watched()).completedAt).not.toBeNull();
    const [completed, ...more] = await events('replay:completed');
    expect(more).toEqual([]);
    expect(completed).toMatchObject({
      stream: `lesson:${school.lessonId}`, actor_id: school.learner.personId, institution_id: school.institutionId,
      payload: { replayId, personId: school.learner.personId, creditedMs: 197_000, durationMs: 200_000 },
    });
    const again = await watch();
    expect(again.start).toMatchObject({ positionMs: 0, skippingForbidden: false, creditedMs: 200_000 });
  });

  it('is no observer’s, who may look wherever they want', async () => {
    for (const person of [school.regulator, school.scheduler]) {
      const player = await watch(person);
      expect(player.start.skippingForbidden).toBe(false);
      await player.beat({ positionMs: 100_000 });
      expect(await player.play(10)).toMatchObject({ creditedMs: 0, furthestMs: 0, completed: false });
      expect((await viewing(player)).positionMs).toBe(110_000);
    }
    const player = await watch(school.teacher);
    expect(player.start.skippingForbidden).toBe(false);
    await player.beat({ positionMs: 100_000 });
    expect(await player.play(10)).toMatchObject({ creditedMs: 10_000, furthestMs: 0 });
  });

  it('stands in the report as minutes, cut to tenths, over all files of the lesson', async () => {
    await (await watch()).play(30);
    const second = await addWatchable(world, school, 60, { part: 2, parts: 2 });
    await (await watch(school.learner, second)).play(35.9);
    const { rows } = (await world.call(`GET /api/lessons/${school.lessonId}/report`, school.teacher)).json<LessonReport>();
    expect(rows.map(({ personId, replayMinutes }) => [personId === school.learner.personId, replayMinutes]).sort()).toEqual([[false, 0], [true, 1]]);
  });
});

describe('the first time', () => {
  it('nobody gets ahead of what was watched, and may go back', async () => {
    const player = await watch();
    await player.play(20);
    await player.beat({ positionMs: 150_000 });
    expect((await viewing(player)).positionMs).toBe(21_000);
    expect(codeOf(await player.link(21))).toBe('segment_too_early');
    await player.beat({ positionMs: 2000 });
    expect((await viewing(player)).positionMs).toBe(2000);
    expect((await watched()).furthestMs).toBe(20_000);
  });

  it('one may jump about after having watched it whole', async () => {
    await em().insert(ReplayPosition, {
      replayId, personId: school.learner.personId, positionMs: 1000, furthestMs: 200_000, credited: [[0, 196_000]], creditedMs: 196_000, completedAt: world.clock.now(), at: world.clock.now(),
    });
    const player = await watch();
    expect(player.start.skippingForbidden).toBe(false);
    expect(codeOf(await player.link(40))).toBe('segment_too_early');
    await player.beat({ positionMs: 160_000 });
    expect((await player.link(40)).statusCode).toBe(307);
    expect((await viewing(player)).positionMs).toBe(160_000);
  });
});

describe('a heartbeat', () => {
  it('whose reply was lost gets the same reply again and counts once', async () => {
    const player = await watch();
    await player.fetch(0, 4);
    world.clock.pass(5000);
    const sent = player.signed({ played: [[0, 5000]], positionMs: 5000 });
    const first = await player.send(sent);
    world.clock.pass(3000);
    const second = await player.send(sent);
    expect([second.statusCode, second.body]).toEqual([200, first.body]);
    expect(await viewing(player)).toMatchObject({ heartbeats: 1, creditedMs: 5000, lastHeardAt: new Date(world.clock.now().getTime() - 3000) });
    const [one, two] = await Promise.all([player.send(sent), player.send(sent)]);
    expect([one.body, two.body]).toEqual([first.body, first.body]);
  });

  it('sent twice at once counts once', async () => {
    const player = await watch();
    await player.fetch(0, 4);
    world.clock.pass(5000);
    const sent = player.signed({ played: [[0, 5000]], positionMs: 5000 });
    const replies = await Promise.all(Array.from({ length: 5 }, () => player.send(sent)));
    expect(new Set(replies.map(({ statusCode, body }) => `${statusCode} ${body}`)).size).toBe(1);
    expect(await viewing(player)).toMatchObject({ heartbeats: 1, creditedMs: 5000 });
  });

  it('that is forged, old, changed or somebody else’s is refused and changes nothing', async () => {
    const player = await watch();
    await player.play(5);
    const old = player.signed({ played: [[0, 5000]], positionMs: 5000 });
    await player.play(5);
    await player.fetch(0, 6);
    world.clock.pass(10_000);
    const before = await viewing(player);
    const good = player.signed({ played: [[10_000, 20_000]], positionMs: 20_000 });
    const stranger = await watch(school.other);
    const refused = async (heartbeat: object, as: Known | null = school.learner) => codeOf(await player.send(heartbeat as typeof good, as));
    expect(await refused({ ...good, signature: stranger.signed(good).signature })).toBe('heartbeat_invalid');
    expect(await refused({ ...good, signature: good.signature.slice(0, -2) })).toBe('heartbeat_invalid');
    expect(await refused({ ...good, signature: '' })).toBe('heartbeat_invalid');
    expect(await refused({ ...good, played: [[10_000, 24_000]] })).toBe('heartbeat_invalid');
    expect(await refused({ ...good, positionMs: 20_001 })).toBe('heartbeat_invalid');
    expect(await refused({ ...good, leaving: true })).toBe('heartbeat_invalid');
    expect(await refused(old)).toBe('heartbeat_invalid');
    expect(await refused(player.signed({ nonce: player.start.nonce }))).toBe('heartbeat_invalid');
    expect(await refused(player.signed({ nonce: 'guessed' }))).toBe('heartbeat_invalid');
    expect(await refused(player.signed({ played: [[20_000, 10_000]] }))).toBe('heartbeat_invalid');
    for (const person of [school.other, school.teacher, school.regulator]) expect(await refused(good, person)).toBe('not_found');
    expect(await refused(good, null)).toBe('unauthenticated');
    for (const wrong of [{ ...good, played: [[0.5, 3]] }, { ...good, played: [[-1, 3]] }, { ...good, positionMs: -1 }, { ...good, extra: 1 }, {}]) expect(await refused(wrong)).toBe('bad_request');
    expect(await viewing(player)).toEqual(before);
    expect((await player.send(good)).json()).toMatchObject({ creditedMs: 20_000 });
  });

  it('may be late by half a minute, and all that was played counts', async () => {
    const player = await watch();
    await player.play(5);
    expect(await player.play(30)).toMatchObject({ creditedMs: 35_000 });
    world.clock.pass(60_000);
    expect((await player.beat({})).creditedMs).toBe(35_000);
  });
});

it('keeps credited spans as a union whose length is told', async () => {
  const player = await watch();
  await player.fetch(0, 10);
  world.clock.pass(30_000);
  await player.beat({ played: [[20_000, 24_000], [0, 4000], [2000, 6000], [6000, 7000], [8500, 8500]], positionMs: 0 });
  const { credited, creditedMs, furthestMs } = await watched();
  expect([credited, creditedMs, furthestMs]).toEqual([[[0, 7000], [20_000, 24_000]], lengthOf(credited), 7000]);
});
