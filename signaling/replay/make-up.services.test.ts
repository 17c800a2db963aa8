// Making up in the replay: what is offered, counted once and never beyond the unit, until when, and for whom.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LessonReplay } from '#contracts/replay.ts';
import type { LessonReport, ReportRow } from '#contracts/report.ts';
import { FaceCheck } from '#db/entities/check.ts';
import { Connection, Lesson } from '#db/entities/lesson.ts';
import { MakeUp } from '#db/entities/make-up.ts';
import { Replay, ReplayPosition, Viewing } from '#db/entities/recording.ts';
import { addMadeUpIdentities } from '#db/testing/identity.ts';
import { makeUpOf } from '#db/queries/make-up.ts';
import { newId } from '#domain/id.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addHalfMissed, drawSpotWithin, makeUp, unitSeconds, type HalfMissed } from '../testing/half-missed.ts';
import { addSchool, addSession } from '../testing/school.ts';
import { beginWatching, codeOf, type Watcher } from '../testing/watcher.ts';

let world: HttpWorld;
let lesson: HalfMissed;
beforeAll(async () => { world = await openHttpWorld(); });
afterAll(() => world.close());
beforeEach(async () => { lesson = await addHalfMissed(world); });

const em = () => world.deps.orm.em.fork();
const learner = (): Known => lesson.school.learner;
const begin = (person = learner()): Promise<Watcher> => makeUp(world, person, lesson.replayId);
const refusal = async (person: Known | null, replayId = lesson.replayId): Promise<string> => codeOf(await world.call(`POST /api/replays/${replayId}/make-up`, person));
const offer = async (person: Known) => (await world.call(`GET /api/lessons/${lesson.school.lessonId}/replay`, person)).json<LessonReplay>().parts[0]!.makeUp;
async function reported(person = learner()): Promise<ReportRow> {
  const { rows } = (await world.call(`GET /api/lessons/${lesson.school.lessonId}/report`, lesson.school.teacher)).json<LessonReport>();
  return rows.find(({ personId }) => personId === person.personId)!;
}
const endOf = (days: number): Date => new Date((Math.floor((lesson.startMs + unitSeconds * 1000 + 8 * 3_600_000) / 86_400_000) + days + 1) * 86_400_000 - 8 * 3_600_000);

describe('what is offered', () => {
  it('is what a learner missed, with why and until when; to nobody else', async () => {
    const deadlineAt = endOf(7).toISOString();
    expect(await offer(learner())).toEqual({ open: true, spans: [{ fromMs: 0, toMs: 60_000, reason: 'not_joined' }], leftMs: 60_000, madeUpMs: 0, deadlineAt });
    expect(await offer(lesson.school.other)).toMatchObject({ open: true, spans: [{ fromMs: 0, toMs: 200_000, reason: 'not_joined' }], leftMs: 200_000 });
    for (const person of [lesson.school.teacher, lesson.school.regulator]) expect(await offer(person)).toBeNull();
    const told = await makeUpOf(em(), { lessonId: lesson.school.lessonId, personId: learner().personId }, world.clock.now().getTime());
    expect(told).toEqual([{
      unitId: lesson.school.unitIds[0], replayId: lesson.replayId, missing: [{ fromMs: lesson.startMs, toMs: lesson.startMs + 60_000, reason: 'not_joined' }],
      madeUpMs: 0, leftMs: 60_000, deadlineMs: Date.parse(deadlineAt), open: true, excusedMs: 0,
    }]);
  });

  it('is begun by learners of the lesson only, and only where there is something to see', async () => {
    const foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
    for (const person of [foreign.learner, foreign.teacher]) expect(await refusal(person)).toBe('not_found');
    for (const person of [lesson.school.teacher, lesson.school.regulator]) expect(await refusal(person)).toBe('forbidden');
    expect(await refusal(null)).toBe('unauthenticated');
    for (const status of ['processing', 'failed', 'held'] as const) {
      await em().nativeUpdate(Replay, { id: lesson.replayId }, { status });
      expect(await refusal(learner())).toBe('replay_not_ready');
      expect(await offer(learner())).toBeNull();
    }
    expect(await em().count(MakeUp, { lessonId: lesson.school.lessonId })).toBe(0);
  });

  it('is begun by nobody without a registered identity, and by nobody whose identity an authority denies', async () => {
    const { personId } = learner();
    await em().execute(`update identity set authority_status = 'denied', authority_at = now() where person_id = ?`, [personId]);
    expect(await refusal(learner())).toBe('identity_denied');
    await em().execute('delete from identity where person_id = ?', [personId]);
    expect(await refusal(learner())).toBe('identity_missing');
    expect(await em().count(MakeUp, { personId })).toBe(0);
    await addMadeUpIdentities(em(), [personId], world.clock.now());
    expect((await begin()).start.makeUp).not.toBeNull();
  });

  it('is nothing while the lesson runs, nor of a unit without a recording', async () => {
    await em().nativeUpdate(Lesson, { id: lesson.school.lessonId }, { status: 'live' });
    expect(await refusal(learner())).toBe('make_up_closed');
    await em().nativeUpdate(Lesson, { id: lesson.school.lessonId }, { status: 'ended' });
    await em().nativeUpdate(Replay, { id: lesson.replayId }, { unitId: lesson.school.unitIds[1]! });
    expect(await refusal(learner())).toBe('make_up_closed');
    const who = { lessonId: lesson.school.lessonId, personId: learner().personId };
    expect(await makeUpOf(em(), who, world.clock.now().getTime())).toMatchObject([{ replayId: null, leftMs: 0, deadlineMs: null, open: false }]);
    expect(await reported()).toMatchObject({ creditedMinutes: 2.3, heldMinutes: 3.3 });
  });
});

describe('what is made up', () => {
  it('stays when the file is held back', async () => {
    const player = await begin();
    await player.play(20);
    await em().nativeUpdate(Replay, { id: lesson.replayId }, { status: 'held' });
    expect(await reported()).toMatchObject({ creditedMinutes: 2.3, madeUpMinutes: 0.3, heldMinutes: 3.3 });
  });

  it('counts once, beside what was credited live, and no more than the unit', async () => {
    const player = await begin();
    expect(player.start).toMatchObject({ positionMs: 0, skippingForbidden: true, makeUp: { left: [[0, 60_000]], stand: 'asked', check: { kind: 'sign_in', way: 'face' } } });
    expect((await player.play(20)).makeUp).toMatchObject({ left: [[20_000, 60_000]], countedMs: 20_000, leftMs: 40_000, stand: 'watching', check: null });
    await player.play(20);
    expect((await player.play(30)).makeUp).toMatchObject({ left: [], countedMs: 60_000 });
    expect(await reported()).toMatchObject({ creditedMinutes: 2.3, madeUpMinutes: 1, togetherMinutes: 3.3, heldMinutes: 3.3, attendance: 1, attendanceLow: false });
    expect(await offer(learner())).toMatchObject({ open: false, spans: [], leftMs: 0, madeUpMs: 60_000 });
    expect(await refusal(learner())).toBe('make_up_done');
    expect(await reported(lesson.school.other)).toMatchObject({ creditedMinutes: 0, madeUpMinutes: 0, attendance: 0 });
  });

  it('does not count while the learner sits in a live lesson, where that time counts; nor does any other film', async () => {
    const live = await addSchool(world.deps.orm, world.clock.now(), 'Live');
    const sessionId = await addSession(world.deps.orm, live, world.clock.now());
    const seatId = newId();
    const player = await begin();
    expect(await player.play(20)).not.toHaveProperty('inClass');
    await em().insert(Connection, {
      id: seatId, institutionId: live.institutionId, lessonId: live.lessonId, sessionId, personId: learner().personId, role: 'student', deviceId: 'd', connectedAt: world.clock.now(), lastSeenAt: world.clock.now(),
      leftAt: null, leftReason: null, visible: true,
    });
    const meanwhile = await player.play(8);
    expect(meanwhile).toMatchObject({ inClass: true, creditedMs: 20_000, makeUp: { countedMs: 20_000, left: [[20_000, 60_000]] } });
    await em().nativeUpdate(Connection, { id: seatId }, { leftAt: world.clock.now(), lastSeenAt: world.clock.now(), leftReason: 'left' });
    await player.beat({ positionMs: 20_000 });
    // No real time of the live lesson is left over: eight seconds pay for eight.
    expect((await player.play(8)).makeUp).toMatchObject({ countedMs: 28_000 });
    expect(await reported()).toMatchObject({ madeUpMinutes: 0.4, replayMinutes: 0.4 });
  });

  it('twice gives nothing more: not in two viewings, not by going back', async () => {
    const first = await begin();
    await first.play(20);
    await first.beat({ positionMs: 0 });
    expect((await first.play(20)).makeUp).toMatchObject({ countedMs: 20_000, leftMs: 40_000 });
    const second = await begin();
    expect(second.start.makeUp).toMatchObject({ left: [[20_000, 60_000]] });
    expect(second.start.positionMs).toBe(19_000);
    expect(codeOf(await first.send(first.signed({})))).toBe('viewing_over');
    await second.beat({ positionMs: 0 });
    expect((await second.play(20)).makeUp).toMatchObject({ countedMs: 0 });
    expect(await reported()).toMatchObject({ madeUpMinutes: 0.3 });
  });

  it('is only what was given out and played, at most as fast as time, and nothing outside of what is open', async () => {
    const player = await begin();
    world.clock.pass(50_000);
    expect((await player.beat({ played: [[0, 50_000]], positionMs: 50_000 })).makeUp).toMatchObject({ countedMs: 0 });
    await player.beat({ positionMs: 0 });
    expect((await player.play(10, 2)).makeUp!.countedMs).toBeLessThanOrEqual(20_000);
    const other = await begin();
    await other.fetch(Math.floor(other.start.positionMs / 4000), 15);
    world.clock.pass(1000);
    expect((await other.beat({ played: [[0, 60_000]], positionMs: 30_000 })).makeUp!.countedMs).toBeLessThanOrEqual(1000);
  });

  it('was watched without checks for nothing', async () => {
    const watcher = await beginWatching(world, learner(), lesson.replayId);
    expect((await watcher.play(20)).makeUp).toBeUndefined();
    await watcher.play(40);
    expect(await reported()).toMatchObject({ madeUpMinutes: 0, replayMinutes: 1 });
    const player = await begin();
    expect((await player.play(20)).makeUp).toMatchObject({ countedMs: 20_000 });
  });

  it('is led past what was never watched, and may not get ahead', async () => {
    const [from, to] = [lesson.startMs, lesson.startMs + 120_000].map((ms) => new Date(ms));
    await em().nativeUpdate(Connection, { personId: learner().personId }, { connectedAt: from!, lastSeenAt: to!, leftAt: to!, leftReason: 'left' });
    const player = await begin();
    expect(player.start).toMatchObject({ positionMs: 119_000, makeUp: { left: [[120_000, 200_000]] } });
    expect((await player.link(29)).statusCode).toBe(307);
    expect(codeOf(await player.link(48))).toBe('segment_too_early');
    await player.beat({ positionMs: 190_000 });
    expect((await em().findOneOrFail(Viewing, { id: player.start.viewingId })).positionMs).toBe(121_000);
    await player.beat({ positionMs: 119_000 });
    expect((await player.play(21)).makeUp).toMatchObject({ left: [[140_000, 200_000]], countedMs: 20_000 });
    expect((await em().findOneOrFail(ReplayPosition, { replayId: lesson.replayId, personId: learner().personId })).furthestMs).toBe(0);
  });

  it('ends with the days, for who begins and for who is in the middle of it', async () => {
    world.clock.set(new Date(endOf(7).getTime() - 25_000));
    const player = await begin();
    expect((await player.play(20)).makeUp).toMatchObject({ countedMs: 20_000 });
    expect((await player.play(20)).makeUp).toMatchObject({ countedMs: 20_000 });
    expect(await refusal(learner())).toBe('make_up_closed');
    expect(await offer(learner())).toMatchObject({ open: false, leftMs: 40_000, madeUpMs: 20_000 });
    expect(await reported()).toMatchObject({ madeUpMinutes: 0.3 });
  });

  it('leaves out what was not recorded: it is no part of the held time once the rest is made up', async () => {
    lesson = await addHalfMissed(world, { gaps: [{ fromMs: 10_000, toMs: 40_000, reason: 'node_down' }, { fromMs: 50_000, toMs: 55_000, reason: 'picture_lost' }] });
    expect(await offer(learner())).toMatchObject({ leftMs: 30_000, spans: [{ fromMs: 0, toMs: 10_000 }, { fromMs: 40_000, toMs: 60_000 }] });
    expect(await reported()).toMatchObject({ heldMinutes: 3.3, togetherMinutes: 2.3 });
    const player = await begin();
    expect((await player.play(20)).makeUp).toMatchObject({ left: [[40_000, 60_000]], countedMs: 10_000 });
    await player.beat({ positionMs: 39_000 });
    expect((await player.play(25)).makeUp).toMatchObject({ left: [], countedMs: 30_000 });
    expect(await reported()).toMatchObject({ madeUpMinutes: 0.5, togetherMinutes: 2.8, heldMinutes: 2.8, attendance: 1 });
  });
});

describe('what is told of it', () => {
  it('is the hash of the seed when it begins, and the seed with all that was watched when it is over', async () => {
    const player = await begin();
    const own = async (type: string) => (await world.events(type)).filter(({ payload }) => payload.viewingId === player.start.viewingId);
    const [begun] = await own('makeUp:begun');
    const { personId } = learner();
    expect(begun).toMatchObject({ stream: `lesson:${lesson.school.lessonId}`, actor_id: personId, payload: { personId, unitId: lesson.school.unitIds[0], open: [[0, 60_000]], checksPerUnit: 2 } });
    await player.play(20);
    expect(await own('makeUp:ended')).toEqual([]);
    await player.beat({ leaving: true });
    const [ended] = await own('makeUp:ended');
    expect(ended!.payload).toMatchObject({ watchedMs: 20_000, watched: [[lesson.startMs, lesson.startMs + 20_000, world.clock.now().getTime()]] });
    expect(createHash('sha256').update(Buffer.from(String(ended!.payload.seed), 'hex')).digest('hex')).toBe(begun!.payload.seedHash);
    expect((await own('check:asked'))[0]!.payload).toMatchObject({ kind: 'sign_in', clockMs: 0, unitId: lesson.school.unitIds[0] });
  });

  it('a heartbeat whose reply was lost gets the same again and counts once', async () => {
    const player = await begin(lesson.school.other);
    await drawSpotWithin(world, player, 60, 75);
    for (let count = 0; count < 3; count++) await player.play(20);
    await player.fetch(15, 20);
    world.clock.pass(20_000);
    const sent = player.signed({ played: [[60_000, 80_000]], positionMs: 80_000 });
    const [one, two] = [await player.send(sent), await player.send(sent)];
    expect(two.body).toBe(one.body);
    expect(one.json()).toMatchObject({ makeUp: { countedMs: 80_000, stand: 'asked', check: { kind: 'spot' } } });
    expect(await em().count(FaceCheck, { viewingId: player.start.viewingId })).toBe(2);
  });
});
