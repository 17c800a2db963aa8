// Checks while something is made up: before it begins, in the middle, missed, failed, asked once more, and without a face.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MakeUpState } from '#contracts/make-up.ts';
import type { LessonReport } from '#contracts/report.ts';
import { FaceCheck } from '#db/entities/check.ts';
import { changePhone } from '#db/queries/identities.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addHalfMissed, checksOf, drawSpotWithin, judge, makeUp, sendPicture, type HalfMissed } from '../testing/half-missed.ts';
import { phoneNumber } from '../testing/registrant.ts';
import { beginWatching, codeOf, type Watcher } from '../testing/watcher.ts';
import { missLateInReplay } from './sitting-checks.ts';

let world: HttpWorld;
let lesson: HalfMissed;
beforeAll(async () => { world = await openHttpWorld(); });
afterAll(() => world.close());
beforeEach(async () => { lesson = await addHalfMissed(world); });

const em = () => world.deps.orm.em.fork();
const other = (): Known => lesson.school.other;
const stateOf = async (player: Watcher, said: Parameters<Watcher['beat']>[0] = {}): Promise<MakeUpState> => (await player.beat(said)).makeUp!;
const ask = (player: Watcher, person: Known, what: 'check' | 'phone-code' = 'check') => {
  world.clock.pass(1000);
  return world.call(`POST /api/viewings/${player.start.viewingId}/${what}`, person);
};
/** Lets the time of the open check pass; heartbeats go on. */
async function misses(player: Watcher): Promise<MakeUpState> {
  world.clock.pass(50_000);
  await player.beat({});
  world.clock.pass(13_000);
  return stateOf(player);
}
/** The other learner, who missed all 200 s, has watched 80 of them and is asked. */
async function asked(): Promise<{ player: Watcher; check: NonNullable<MakeUpState['check']> }> {
  const player = await makeUp(world, other(), lesson.replayId);
  await drawSpotWithin(world, player, 60, 75);
  for (let count = 0; count < 3; count++) await player.play(20);
  const { makeUp: state } = await player.play(20);
  expect(state).toMatchObject({ stand: 'asked', countedMs: 80_000, check: { kind: 'spot', attempt: 1 } });
  return { player, check: state!.check! };
}

describe('the sign-in', () => {
  it('comes first: before it is answered nothing counts, afterwards until somebody says otherwise', async () => {
    const player = await beginWatching(world, other(), lesson.replayId, 'make-up');
    expect((await player.play(10)).makeUp).toMatchObject({ stand: 'asked', countedMs: 0 });
    await player.beat({ positionMs: 0 });
    const { check } = player.start.makeUp!;
    expect((await sendPicture(world, other(), check!)).statusCode).toBe(200);
    expect((await player.play(10)).makeUp).toMatchObject({ stand: 'watching', countedMs: 10_000, last: { checkId: check!.checkId, verdict: null } });
    await judge(world, check!.checkId, 'mismatched');
    expect(await stateOf(player)).toMatchObject({ stand: 'again', countedMs: 0, left: [[0, 200_000]], last: { verdict: 'mismatched' } });
    const { check: second } = (await ask(player, other())).json<MakeUpState>();
    expect(second).toMatchObject({ kind: 'sign_in', attempt: 2, because: 'mismatched' });
    await sendPicture(world, other(), second!);
    await judge(world, second!.checkId, 'matched');
    expect(await stateOf(player, { positionMs: 0 })).toMatchObject({ stand: 'watching', countedMs: 0 });
    expect((await player.play(10)).makeUp).toMatchObject({ countedMs: 10_000 });
  });

  it('wants its own nonce, its own learner and its own time', async () => {
    const player = await beginWatching(world, other(), lesson.replayId, 'make-up');
    const { check } = player.start.makeUp!;
    expect(codeOf(await sendPicture(world, other(), { ...check!, nonce: 'another-nonce' }))).toBe('nonce_mismatch');
    expect(codeOf(await sendPicture(world, lesson.school.learner, check!))).toBe('forbidden');
    expect(await misses(player)).toMatchObject({ stand: 'again', check: null, last: { verdict: 'missed' } });
    expect(codeOf(await sendPicture(world, other(), check!))).toBe('check_late');
    expect((await player.play(10)).makeUp).toMatchObject({ countedMs: 0 });
  });

  it('is asked in each viewing, also where the pack wants one a lesson', async () => {
    await em().execute(`update lesson_session set rule_pack = 'tianjin@1' where lesson_id = ?`, [lesson.school.lessonId]);
    await makeUp(world, other(), lesson.replayId);
    expect((await beginWatching(world, other(), lesson.replayId, 'make-up')).start.makeUp).toMatchObject({ stand: 'asked', check: { kind: 'sign_in' } });
  });
});

describe('a spot check', () => {
  it('stops everything until it is answered, and goes on when it was', async () => {
    const { player, check } = await asked();
    expect((await player.play(10)).makeUp).toMatchObject({ stand: 'asked', countedMs: 80_000 });
    await player.beat({ positionMs: 80_000 });
    expect((await sendPicture(world, other(), check)).statusCode).toBe(200);
    expect((await player.play(10)).makeUp).toMatchObject({ stand: 'watching', countedMs: 90_000, left: [[90_000, 200_000]] });
    await judge(world, check.checkId, 'matched');
    expect((await player.play(20)).makeUp).toMatchObject({ countedMs: 110_000, check: null });
  });

  it('missed and asked once more with success takes nothing', async () => {
    const { player } = await asked();
    expect(await misses(player)).toMatchObject({ stand: 'again', countedMs: 0, left: [[0, 200_000]], last: { verdict: 'missed' } });
    const { check } = (await ask(player, other())).json<MakeUpState>();
    expect(check).toMatchObject({ kind: 'spot', attempt: 2, because: 'missed' });
    expect((await ask(player, other())).json<MakeUpState>().check).toEqual(check);
    await sendPicture(world, other(), check!);
    await judge(world, check!.checkId, 'matched');
    expect(await stateOf(player)).toMatchObject({ stand: 'watching', countedMs: 80_000, left: [[80_000, 200_000]] });
    expect(codeOf(await ask(player, other()))).toBe('check_settled');
  });

  it('failed for good takes what was watched since the last one that was passed; it may be watched again', async () => {
    const { player, check } = await asked();
    await sendPicture(world, other(), check);
    await judge(world, check.checkId, 'mismatched');
    await stateOf(player);
    const again = (await ask(player, other())).json<MakeUpState>().check!;
    await sendPicture(world, other(), again);
    await judge(world, again.checkId, 'no_face');
    expect(await stateOf(player)).toMatchObject({ stand: 'again', countedMs: 0 });
    const third = (await ask(player, other())).json<MakeUpState>().check!;
    expect(third).toMatchObject({ kind: 'spot', attempt: 1, because: null });
    await sendPicture(world, other(), third);
    await judge(world, third.checkId, 'matched');
    expect(await stateOf(player, { positionMs: 0 })).toMatchObject({ stand: 'watching', countedMs: 0, left: [[0, 200_000]] });
    expect((await player.play(20)).makeUp).toMatchObject({ countedMs: 20_000, left: [[20_000, 200_000]] });
    expect((await checksOf(world, player)).map(({ kind, verdict, clockMs }) => [kind, verdict, clockMs])).toEqual([
      ['sign_in', 'matched', 0], ['spot', 'mismatched', 80_000], ['spot', 'no_face', 80_000], ['spot', 'matched', 80_000],
    ]);
  });

  it('that waits for a person takes nothing; what they decide counts', async () => {
    const { player, check } = await asked();
    await sendPicture(world, other(), check);
    await judge(world, check.checkId, 'review');
    expect((await player.play(5)).makeUp).toMatchObject({ stand: 'watching', countedMs: 85_000 });
  });

  it('is not escaped by leaving: whoever goes has missed it', async () => {
    const { player, check } = await asked();
    await player.beat({ leaving: true });
    await missLateInReplay(world.deps);
    expect(await em().findOneOrFail(FaceCheck, { id: check.checkId })).toMatchObject({ status: 'asked', verdict: null });
    world.clock.pass(63_000);
    expect(await missLateInReplay(world.deps)).toBe(1);
    expect(await em().findOneOrFail(FaceCheck, { id: check.checkId })).toMatchObject({ status: 'settled', verdict: 'missed' });
    const { rows } = (await world.call(`GET /api/lessons/${lesson.school.lessonId}/report`, lesson.school.teacher)).json<LessonReport>();
    expect(rows.find(({ personId }) => personId === other().personId)).toMatchObject({ madeUpMinutes: 0, checks: { asked: 0, missed: 0 } });
    expect((await makeUp(world, other(), lesson.replayId)).start.makeUp).toMatchObject({ left: [[0, 200_000]] });
  });

  it('belongs to one viewing and its learner', async () => {
    const { player } = await asked();
    for (const person of [lesson.school.learner, lesson.school.teacher]) expect(codeOf(await ask(player, person))).toBe('not_found');
    const free = await beginWatching(world, lesson.school.learner, lesson.replayId);
    expect(codeOf(await ask(free, lesson.school.learner))).toBe('not_found');
    await makeUp(world, other(), lesson.replayId);
    expect(codeOf(await ask(player, other()))).toBe('viewing_over');
  });
});

describe('without a face', () => {
  const answer = (player: Watcher, code: string) => world.call(`POST /api/viewings/${player.start.viewingId}/phone-answer`, other(), { payload: { code } });
  async function begin(phone: string | null): Promise<Watcher> {
    lesson = await addHalfMissed(world, {}, false);
    if (phone) await changePhone(em(), world.deps.vault, other().personId, phone, world.clock.now());
    return beginWatching(world, other(), lesson.replayId, 'make-up');
  }

  it('the code sent to the phone is the answer, and recorded as that', async () => {
    const phone = phoneNumber();
    const player = await begin(phone);
    expect(player.start.makeUp!.check).toMatchObject({ way: 'alternative', code: 'unsent', kind: 'sign_in' });
    expect(codeOf(await answer(player, '000000'))).toBe('check_not_asked');
    expect((await ask(player, other(), 'phone-code')).json<MakeUpState>().check).toMatchObject({ code: 'sent' });
    const code = world.phone.codeOf(phone);
    expect(codeOf(await answer(player, code === '111111' ? '222222' : '111111'))).toBe('phone_code_wrong');
    expect((await answer(player, code)).json<MakeUpState>()).toMatchObject({ stand: 'watching', check: null, last: { verdict: 'confirmed_by_code' } });
    expect(codeOf(await answer(player, code))).toBe('check_not_asked');
    expect((await player.play(20)).makeUp).toMatchObject({ countedMs: 20_000 });
    const [check] = await checksOf(world, player);
    expect(check).toMatchObject({ way: 'alternative', code: 'entered', verdict: 'confirmed_by_code', pictureId: null, seen: null });
    expect((await world.events('check:settled')).at(-1)!.payload).toMatchObject({ checkId: check!.id, verdict: 'confirmed_by_code', way: 'alternative' });
  });

  it('nobody answers in another’s place, without a phone, or too late', async () => {
    const player = await begin(null);
    expect(codeOf(await ask(player, other(), 'phone-code'))).toBe('phone_missing');
    expect(codeOf(await ask(player, lesson.school.learner, 'phone-code'))).toBe('not_found');
    const phone = phoneNumber();
    const late = await begin(phone);
    await ask(late, other(), 'phone-code');
    for (let count = 0; count < 7; count++) {
      world.clock.pass(45_000);
      await late.beat({});
    }
    expect(['check_late', 'check_not_asked']).toContain(codeOf(await answer(late, world.phone.codeOf(phone))));
    expect(await stateOf(late)).toMatchObject({ stand: 'again', last: { verdict: 'missed' } });
  });

  it('whoever is known by their face shows it, or chooses the other way first', async () => {
    const player = await beginWatching(world, other(), lesson.replayId, 'make-up');
    expect(codeOf(await ask(player, other(), 'phone-code'))).toBe('forbidden');
    expect((await stateOf(player)).check).toMatchObject({ way: 'face' });
  });
});
