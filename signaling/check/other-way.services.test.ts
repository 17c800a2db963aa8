// The other way: phone code and look. Who may look, what counts, what is nobody's fault; and every answer that is refused (R60, R138).
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AskedCheck } from '#contracts/check.ts';
import { changePhone } from '#db/queries/identities.ts';
import { presenceFacts } from '#db/queries/presence-facts.ts';
import { newId } from '#domain/id.ts';
import { asStudent, asTeacher } from '#testing/role-drivers.ts';
import { acknowledge, enrolFace, openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';

const phone = '13800138000';
let world: ClassroomWorld;
let teacher: ReturnType<typeof asTeacher>;
let student: ReturnType<typeof asStudent>;
beforeEach(async () => {
  world = await openClassroomWorld({ FACE_CHECKS_PER_UNIT: 0 });
  await acknowledge(world.deps, world.school.learner.personId, 'face', false);
  teacher = asTeacher(await world.inside(world.school.teacher));
  student = asStudent(await world.inside(world.school.learner));
});
afterEach(() => world.close());

const withPhone = (personId: string, number = phone): Promise<void> =>
  changePhone(world.deps.orm.em.fork(), world.deps.vault, personId, number, world.deps.now());
/** The sign-in once its code is on the way, or there is no phone for it. */
async function signIn(state: 'sent' | 'no_phone' = 'sent'): Promise<AskedCheck> {
  await teacher.starts();
  await world.classrooms.tick();
  return student.driver.next('check:asked', ({ code }) => code === state);
}
interface Row { status: string; verdict: string | null; code: string; seen: boolean | null; looked_by: string | null; answered: boolean; way: string }
const row = async (checkId: string): Promise<Row> => (await world.rows<Row>('select status, verdict, code, seen, looked_by, answered_at is not null as answered, way from face_check where id = ?', [checkId]))[0]!;
const checkFacts = async () => (await presenceFacts(world.deps.orm.em.fork(), world.school.lessonId, null, world.clock.now().getTime()))(world.school.learner.personId).checks;
const answer = ({ checkId, nonce }: AskedCheck, code = world.phone.codeOf(phone)) => ({ checkId, nonce, code });
async function pass(ms: number): Promise<void> {
  // Seen first, then the time: the world's own clock may run a round in between.
  await world.rows('update connection set last_seen_at = ? where left_at is null returning id', [new Date(world.clock.now().getTime() + ms)]);
  world.clock.pass(ms);
  await world.classrooms.tick();
}

test('code, then look: confirmed by a person, with who and when, and never as matched', async () => {
  await withPhone(world.school.learner.personId);
  const check = await signIn();
  expect(check).toMatchObject({ kind: 'sign_in', way: 'alternative', deadlineAt: new Date(world.clock.now().getTime() + 300_000).toISOString() });
  expect((await teacher.driver.next('check:waiting', ({ code }) => code === 'sent'))).toMatchObject({ personId: world.school.learner.personId, look: null });
  expect(await student.driver.ask('check:answer', answer(check))).toEqual({ status: 'asked' });
  expect(await student.driver.next('check:asked', ({ code }) => code === 'entered')).toMatchObject({ checkId: check.checkId });
  await teacher.driver.next('check:waiting', ({ code }) => code === 'entered');
  expect(await teacher.driver.ask('check:look', { checkId: check.checkId, seen: true })).toEqual({ status: 'settled' });
  expect(await row(check.checkId)).toEqual({ status: 'settled', verdict: 'confirmed_by_person', code: 'entered', seen: true, looked_by: world.school.teacher.personId, answered: true, way: 'alternative' });
  expect(await student.driver.next('check:settled')).toMatchObject({ verdict: 'confirmed_by_person', look: { seen: true, by: 'School teacher', at: world.clock.now().toISOString() } });
  const types = await world.rows<{ type: string; actor_id: string | null }>(`select type, actor_id from event where payload->>'checkId' = ? order by at, id`, [check.checkId]);
  expect(types.map(({ type }) => type).sort()).toEqual(['check:answered', 'check:asked', 'check:codeSent', 'check:looked', 'check:settled']);
  expect(types.find(({ type }) => type === 'check:looked')?.actor_id).toBe(world.school.teacher.personId);
  expect((await student.enters(world.school.lessonId)).signIn).toEqual({ checkId: check.checkId, answered: true, verdict: 'confirmed_by_person' });
});

test('look first, then code; whoever was not seen fails and is asked once more', async () => {
  await withPhone(world.school.learner.personId);
  const check = await signIn();
  expect(await teacher.driver.ask('check:look', { checkId: check.checkId, seen: true })).toEqual({ status: 'asked' });
  expect(await student.driver.ask('check:answer', answer(check))).toEqual({ status: 'settled' });
  expect((await row(check.checkId)).verdict).toBe('confirmed_by_person');
  await pass(31_000);
  await teacher.asksForFaces(world.school.learner.personId);
  const spot = await student.driver.next('check:asked', ({ kind }) => kind === 'spot');
  expect(await teacher.driver.ask('check:look', { checkId: spot.checkId, seen: false })).toEqual({ status: 'settled' });
  expect((await row(spot.checkId)).verdict).toBe('not_seen');
  // For the ledger the look is when it was told.
  expect((await checkFacts()).find(({ checkId }) => checkId === spot.checkId)).toMatchObject({ answeredMs: null, deadlineMs: world.clock.now().getTime(), verdict: 'not_seen' });
  await pass(1000);
  expect(await student.driver.next('check:asked', ({ attempt }) => attempt === 2)).toMatchObject({ because: 'not_seen', way: 'alternative' });
});

test('without a phone on file the look alone, recorded as such', async () => {
  const check = await signIn('no_phone');
  expect(await student.driver.refusal('check:answer', answer(check, '123456'))).toBe('phone_missing');
  expect(await teacher.driver.ask('check:look', { checkId: check.checkId, seen: true })).toEqual({ status: 'settled' });
  expect(await row(check.checkId)).toMatchObject({ verdict: 'confirmed_by_person', code: 'no_phone', seen: true, answered: false });
  expect(await checkFacts()).toMatchObject([{ checkId: check.checkId, answeredMs: world.clock.now().getTime(), verdict: 'confirmed_by_person' }]);
});

test('the code was typed in and nobody looked: not the learner\'s fault, for a person to decide; not typed in: missed', async () => {
  await withPhone(world.school.learner.personId);
  const check = await signIn();
  await student.driver.ask('check:answer', answer(check));
  await pass(302_001);
  expect(await row(check.checkId)).toMatchObject({ status: 'settled', verdict: 'missed_look' });
  expect((await student.driver.next('check:settled')).verdict).toBe('missed_look');
  await teacher.asksForFaces(world.school.learner.personId);
  const spot = await student.driver.next('check:asked', ({ kind }) => kind === 'spot');
  await world.classrooms.tick();
  await student.driver.next('check:asked', ({ checkId, code }) => checkId === spot.checkId && code === 'sent');
  await pass(302_001);
  expect(await row(spot.checkId)).toMatchObject({ verdict: 'missed', seen: null });
});

test('the lesson ends while somebody waits: who typed the code in goes to a person, who did not is cut short', async () => {
  await withPhone(world.school.learner.personId);
  const check = await signIn();
  await student.driver.ask('check:answer', answer(check));
  await world.inside(world.school.other);
  await world.classrooms.tick();
  await teacher.ends();
  expect((await row(check.checkId)).verdict).toBe('missed_look');
  expect(await world.rows('select status, verdict from face_check where person_id = ?', [world.school.other.personId])).toEqual([{ status: 'void', verdict: null }]);
  expect(await teacher.driver.refusal('check:look', { checkId: check.checkId, seen: true })).toBe('lesson_ended');
  expect(await student.driver.refusal('check:answer', answer(check))).toBe('lesson_ended');
  expect(await student.driver.refusal('check:code', { checkId: check.checkId, nonce: check.nonce })).toBe('lesson_ended');
});

test('answers that are refused: late, wrong nonce, another\'s, a second one, a wrong code, none such', async () => {
  await withPhone(world.school.learner.personId);
  const check = await signIn();
  const other = await world.inside(world.school.other);
  expect(await other.refusal('check:answer', answer(check))).toBe('forbidden');
  expect(await student.driver.refusal('check:answer', { ...answer(check), checkId: newId() })).toBe('not_found');
  expect(await student.driver.refusal('check:answer', { ...answer(check), code: 'abcdef' })).toBe('bad_request');
  expect(await teacher.driver.refusal('check:answer', answer(check))).toBe('forbidden');
  expect(await student.driver.refusal('check:answer', { ...answer(check), nonce: 'another' })).toBe('nonce_mismatch');
  expect(await world.rows('select kind, check_id, count from signal where person_id = ?', [world.school.learner.personId])).toEqual([{ kind: 'nonce_mismatch', check_id: check.checkId, count: 1 }]);
  const right = world.phone.codeOf(phone);
  const wrong = right === '000000' ? '000001' : '000000';
  expect(await student.driver.refusal('check:answer', answer(check, wrong))).toBe('phone_code_wrong');
  expect(await row(check.checkId)).toMatchObject({ status: 'asked', code: 'sent', answered: false });
  for (let more = 0; more < 4; more++) expect(await student.driver.refusal('check:answer', answer(check, wrong))).toBe('phone_code_wrong');
  expect(await student.driver.refusal('check:answer', answer(check, right))).toBe('too_many_attempts');
  await pass(61_000);
  await student.driver.ask('check:code', { checkId: check.checkId, nonce: check.nonce });
  expect(await student.driver.ask('check:answer', answer(check))).toEqual({ status: 'asked' });
  expect(await student.driver.refusal('check:answer', answer(check))).toBe('check_settled');
  await pass(302_001);
  expect(await student.driver.refusal('check:answer', answer(check))).toBe('check_settled');
});

test('an answer after the deadline is late', async () => {
  await withPhone(world.school.learner.personId);
  const check = await signIn();
  world.clock.pass(300_001);
  expect(await student.driver.refusal('check:answer', answer(check))).toBe('check_late');
  expect(await teacher.driver.refusal('check:look', { checkId: check.checkId, seen: true })).toBe('check_late');
});

test('looks that are refused: by a learner, at oneself, of no or another lesson\'s check, a second one, at a check for a picture', async () => {
  const check = await signIn('no_phone');
  expect(await student.driver.refusal('check:look', { checkId: check.checkId, seen: true })).toBe('forbidden');
  expect(await teacher.driver.refusal('check:look', { checkId: newId(), seen: true })).toBe('not_found');
  // A row of the teacher's own, as no clock would ask it.
  await world.rows('update face_check set person_id = ? where id = ? returning id', [world.school.teacher.personId, check.checkId]);
  expect(await teacher.driver.refusal('check:look', { checkId: check.checkId, seen: true })).toBe('forbidden');
  await world.rows('update face_check set person_id = ? where id = ? returning id', [world.school.learner.personId, check.checkId]);
  const proctor = await world.inside(world.school.proctor);
  const looks = await Promise.all([teacher.driver.send('check:look', { checkId: check.checkId, seen: true }), proctor.send('check:look', { checkId: check.checkId, seen: false })]);
  expect(looks.filter(({ ok }) => ok)).toHaveLength(1);
  expect(looks.flatMap((reply) => (reply.ok ? [] : [reply.error.code]))).toEqual(['check_settled']);
  await enrolFace(world.deps, world.school.other.personId);
  const other = await world.inside(world.school.other);
  await world.classrooms.tick();
  const face = await other.next('check:asked');
  expect(await teacher.driver.refusal('check:look', { checkId: face.checkId, seen: true })).toBe('check_not_asked');
  expect(await other.refusal('check:answer', { checkId: face.checkId, nonce: face.nonce, code: '123456' })).toBe('check_not_asked');
});

test('a further code comes after a minute and not before; a provider that is down keeps nobody, and is tried again', async () => {
  await withPhone(world.school.learner.personId);
  world.phone.down = true;
  await teacher.starts();
  await world.classrooms.tick();
  const check = await student.driver.next('check:asked');
  const again = { checkId: check.checkId, nonce: check.nonce };
  expect(check.code).toBe('unsent');
  expect(await student.driver.refusal('check:code', again)).toBe('too_many_attempts');
  await pass(10_000);
  expect(await student.driver.refusal('check:code', again)).toBe('phone_unavailable');
  world.phone.down = false;
  await pass(31_000);
  await student.driver.next('check:asked', ({ code }) => code === 'sent');
  expect(world.phone.messages).toMatchObject([{ phone, purpose: 'sign_in', locale: 'zh' }]);
  expect(await student.driver.refusal('check:code', again)).toBe('too_many_attempts');
  await pass(59_000);
  expect(await student.driver.refusal('check:code', again)).toBe('too_many_attempts');
  await pass(1_000);
  await student.driver.ask('check:code', again);
  expect(world.phone.messages).toHaveLength(2);
});

test('a code that could never be sent: the look alone counts, and without one a person decides', async () => {
  await withPhone(world.school.learner.personId);
  world.phone.down = true;
  await teacher.starts();
  await world.classrooms.tick();
  const { checkId } = await student.driver.next('check:asked');
  expect(await teacher.driver.ask('check:look', { checkId, seen: true })).toEqual({ status: 'asked' });
  await pass(302_001);
  expect(await row(checkId)).toMatchObject({ verdict: 'confirmed_by_person', code: 'unsent', seen: true });
});

test('camera refused, or consent withdrawn, in the middle of a check: it goes on the other way with that way\'s time', async () => {
  await enrolFace(world.deps, world.school.other.personId);
  const other = await world.inside(world.school.other);
  await teacher.starts();
  await world.classrooms.tick();
  const face = await other.next('check:asked');
  expect(face.way).toBe('face');
  await pass(20_000);
  expect((await world.call('POST /api/check-way', world.school.other, { payload: { way: 'alternative', reason: 'refused' } })).statusCode).toBe(200);
  await world.classrooms.tick();
  expect(await other.next('check:asked', ({ way }) => way === 'alternative')).toMatchObject({
    checkId: face.checkId, nonce: face.nonce, attempt: 1, deadlineAt: new Date(world.clock.now().getTime() + 300_000).toISOString(),
  });
  const late = await world.call(`POST /api/checks/${face.checkId}/snapshot?nonce=${face.nonce}`, world.school.other, { payload: Buffer.from('x'), headers: { 'content-type': 'image/jpeg' } });
  expect([late.statusCode, late.json()]).toMatchObject([409, { error: { code: 'check_not_asked' } }]);
  expect(await world.rows(`select type from event where type = 'check:otherWay'`)).toHaveLength(1);
});
