// Viewings: who may begin one, one at a time, and how each ends.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Replay, Viewing } from '#db/entities/recording.ts';
import { addMadeUpIdentities } from '#db/testing/identity.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addSchool, type School } from '../testing/school.ts';
import { addWatchable, beginWatching, codeOf, type Watcher } from '../testing/watcher.ts';
import { endLapsedViewings } from './end-viewing.ts';

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
const viewing = ({ start }: Watcher) => em().findOneOrFail(Viewing, { id: start.viewingId });
const events = async (type: string) => (await world.events(type)).filter(({ payload }) => payload.replayId === replayId);

describe('a viewing', () => {
  it('is begun by learners with a registered identity only; staff watch without', async () => {
    const begin = (person: Known) => world.call(`POST /api/replays/${replayId}/viewings`, person);
    await em().execute('delete from identity where person_id = ?', [school.learner.personId]);
    expect(codeOf(await begin(school.learner))).toBe('identity_missing');
    expect(await em().count(Viewing, { personId: school.learner.personId })).toBe(0);
    expect((await begin(school.teacher)).statusCode).toBe(200);
    await addMadeUpIdentities(em(), [school.learner.personId], world.clock.now());
    await em().execute(`update identity set authority_status = 'denied', authority_at = now() where person_id = ?`, [school.learner.personId]);
    expect(codeOf(await begin(school.learner))).toBe('identity_denied');
  });

  it('ends when another device begins one; the first device is told', async () => {
    const phone = await watch();
    await phone.play(5);
    const desk = await watch();
    expect(desk.start.viewingId).not.toBe(phone.start.viewingId);
    expect(codeOf(await phone.send(phone.signed({ played: [[5000, 6000]] })))).toBe('viewing_over');
    expect(codeOf(await phone.link(0))).toBe('viewing_over');
    expect(await viewing(phone)).toMatchObject({ endReason: 'taken_over', endedAt: world.clock.now() });
    expect(await desk.play(5)).toMatchObject({ creditedMs: 10_000 });
    const [told] = await events('replay:watched');
    expect(told).toMatchObject({ stream: `lesson:${school.lessonId}`, payload: { personId: school.learner.personId, viewingId: phone.start.viewingId, creditedMs: 5000, reason: 'taken_over' } });
  });

  it('is one per person, also of another lesson, and however many begin at once', async () => {
    const other = await addWatchable(world, school, 60, { part: 2, parts: 2 });
    const begun = await Promise.all(Array.from({ length: 8 }, (_, index) => watch(school.learner, index % 2 ? other : replayId)));
    const open = await em().find(Viewing, { personId: school.learner.personId, endedAt: null });
    expect(open).toHaveLength(1);
    expect(begun.map(({ start }) => start.viewingId)).toContain(open[0]?.id);
    expect(await em().count(Viewing, { personId: school.learner.personId })).toBe(8);
  });

  it('ends when its person leaves, with what was credited; the goodbye may be repeated', async () => {
    const from = world.clock.now();
    const player = await watch();
    await player.play(20);
    await player.fetch(5, 7);
    world.clock.pass(3000);
    const goodbye = player.signed({ played: [[20_000, 23_000]], positionMs: 23_000, leaving: true });
    const reply = await player.send(goodbye);
    expect(reply.json()).toMatchObject({ creditedMs: 23_000 });
    expect((await player.send(goodbye)).body).toBe(reply.body);
    expect(codeOf(await player.send(player.signed({})))).toBe('viewing_over');
    expect(await viewing(player)).toMatchObject({ endReason: 'left', endedAt: world.clock.now() });
    expect((await events('replay:watched')).map(({ payload }) => payload)).toEqual([{
      viewingId: player.start.viewingId, replayId, personId: school.learner.personId, creditedMs: 23_000, from: from.toISOString(), to: world.clock.now().toISOString(), reason: 'left',
    }]);
  });

  it('lapses when nothing is heard for a minute: late, then over', async () => {
    const player = await watch();
    await player.play(5);
    const lastHeardAt = world.clock.now();
    await player.fetch(0, 4);
    world.clock.pass(60_001);
    expect(codeOf(await player.link(0))).toBe('viewing_over');
    const late = player.signed({ played: [[5000, 16_000]], positionMs: 16_000 });
    expect(codeOf(await player.send(late))).toBe('heartbeat_late');
    expect(codeOf(await player.send(late))).toBe('viewing_over');
    expect(await viewing(player)).toMatchObject({ endReason: 'lapsed', endedAt: lastHeardAt, creditedMs: 5000 });
    expect((await events('replay:watched')).map(({ payload }) => [payload.reason, payload.to])).toEqual([['lapsed', lastHeardAt.toISOString()]]);
    expect((await watch()).start).toMatchObject({ positionMs: 5000, creditedMs: 5000 });
  });

  it('that lapsed unheard is ended by whoever looks, once, and others go on', async () => {
    const gone = await watch();
    await gone.play(5);
    world.clock.pass(50_000);
    const here = await watch(school.other);
    world.clock.pass(10_001);
    const counts = await Promise.all([endLapsedViewings(world.deps), endLapsedViewings(world.deps)]);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(1);
    expect(await viewing(gone)).toMatchObject({ endReason: 'lapsed' });
    expect((await viewing(here)).endedAt).toBeNull();
    expect(await events('replay:watched')).toHaveLength(1);
    expect(await endLapsedViewings(world.deps)).toBe(0);
  });

  it('begins only where there is something to see, for whom it is', async () => {
    const begin = async (person: Known | null, id = replayId) => codeOf(await world.call(`POST /api/replays/${id}/viewings`, person));
    const foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
    for (const person of [foreign.learner, foreign.teacher, foreign.regulator]) expect(await begin(person)).toBe('not_found');
    expect(await begin(null)).toBe('unauthenticated');
    for (const status of ['processing', 'failed'] as const) {
      await em().nativeUpdate(Replay, { id: replayId }, { status });
      for (const person of [school.learner, school.teacher]) expect(await begin(person)).toBe('replay_not_ready');
    }
    await em().nativeUpdate(Replay, { id: replayId }, { status: 'held' });
    for (const person of [school.learner, school.regulator]) expect(await begin(person)).toBe('replay_not_ready');
    for (const person of [school.teacher, school.scheduler]) expect((await (await watch(person)).link(0)).statusCode).toBe(307);
  });

  it('stops where the right to it ends, and for learners where the file is held again', async () => {
    const [player, staff] = [await watch(), await watch(school.scheduler)];
    await em().nativeUpdate(Replay, { id: replayId }, { status: 'held' });
    expect([codeOf(await player.link(0)), codeOf(await player.send(player.signed({})))]).toEqual(['not_found', 'not_found']);
    expect((await staff.link(0)).statusCode).toBe(307);
    await em().nativeUpdate(Replay, { id: replayId }, { status: 'ready' });
    expect((await player.link(0)).statusCode).toBe(307);
    await em().execute('update enrolment set ended_at = ? where person_id = ?', [new Date(school.startsAt.getTime() - 1), school.learner.personId]);
    expect(codeOf(await player.link(0))).toBe('not_found');
    expect(codeOf(await player.send(player.signed({})))).toBe('not_found');
  });
});
