// The evidence of the draw: sealed before, pinned, told after; proven from what the route answers alone; and who may ask for it (R61, R117).
import { spawn } from 'node:child_process';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CheckEvidence } from '#contracts/check-evidence.ts';
import { Enrolment } from '#db/entities/people.ts';
import { newId } from '#domain/id.ts';
import { verifyEvidence } from '#runtime/check-evidence.ts';
import { asTeacher } from '#testing/role-drivers.ts';
import type { Known } from '../testing/http-world.ts';
import { addPerson } from '../testing/school.ts';
import { acknowledge, openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';

let world: ClassroomWorld;
let teacher: ReturnType<typeof asTeacher>;
beforeEach(async () => {
  world = await openClassroomWorld();
  teacher = asTeacher(await world.inside(world.school.teacher));
});
afterEach(() => world.close());
const ask = (person: Known | null) => world.call(`GET /api/lessons/${world.school.lessonId}/check-evidence`, person);
const evidence = async (person: Known): Promise<CheckEvidence> => (await ask(person)).json<CheckEvidence>();

test('nothing before the lesson; hash and figures while it runs; seed and moments after it, which prove each other', async () => {
  const { school } = world;
  await acknowledge(world.deps, school.other.personId, 'face', false);
  expect(await evidence(school.regulator)).toEqual({ lessonId: school.lessonId, sessions: [] });
  await teacher.starts();
  const [running] = (await evidence(school.regulator)).sessions;
  expect(running).toMatchObject({ seed: null, revealed: null, moments: [], proven: null, rulePack: 'default@1', draw: { perUnit: 2, windowMs: 60_000, perSecond: 3, drawn: 8, personIds: [] } });
  expect(running!.draw.units.map(({ unitId }) => unitId)).toEqual(school.unitIds);
  // The seal is written before the first row of the draw is.
  const order = await world.rows<{ type: string }>(`select type from event where type in ('check:sealed', 'check:drawn') order by ctid`);
  expect(order.map(({ type }) => type)).toEqual(['check:sealed', 'check:drawn']);
  await world.classrooms.tick();
  await teacher.asksForFaces();
  await teacher.ends();
  const [told] = (await evidence(school.regulator)).sessions;
  expect(told).toMatchObject({ seedHash: running!.seedHash, proven: true });
  expect(told!.moments).toHaveLength(8);
  expect(told!.draw.personIds).toEqual([school.learner.personId, school.other.personId].sort());
  expect(verifyEvidence(told!)).toMatchObject({ seedFits: true, drawFits: true, inOrder: true, missing: [], added: [] });
  const rows = await world.rows<{ due: number; person_id: string; unit_id: string }>('select (extract(epoch from due_at) * 1000)::float8 as due, person_id, unit_id from face_check where drawn order by due_at, person_id');
  expect(told!.moments).toEqual(rows.map((row) => ({ personId: row.person_id, unitId: row.unit_id, dueMs: row.due })));
});

test('a moment moved, or a row taken out of the draw afterwards, is seen', async () => {
  await teacher.starts();
  await teacher.ends();
  expect((await evidence(world.school.teacher)).sessions[0]!.proven).toBe(true);
  await world.rows(`update face_check set due_at = due_at + interval '1 second' where id = (select id from face_check where drawn limit 1) returning id`);
  expect((await evidence(world.school.teacher)).sessions[0]!.proven).toBe(false);
  await world.rows(`update face_check set drawn = false where person_id = ? returning id`, [world.school.learner.personId]);
  expect((await evidence(world.school.teacher)).sessions[0]!.proven).toBe(false);
});

const strangersProgram = fileURLToPath(new URL('../../common/testing/redraw.ts', import.meta.url));
/** What a program that knows nothing of ours makes of the answer, as text. */
async function stranger(evidence: string): Promise<{ moments: number; wrong: string[] }[]> {
  const child = spawn(process.execPath, [strangersProgram], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(evidence);
  return await json(child.stdout) as { moments: number; wrong: string[] }[];
}

test("a stranger's program draws every time again from the answer alone, and finds each changed seed, person, time, number and window", async () => {
  await teacher.starts();
  await teacher.ends();
  const answer = (await ask(world.school.regulator)).body;
  expect(await stranger(answer)).toEqual([{ moments: 8, wrong: [] }]);
  const [{ seed, seedHash, rulePack, draw, moments: [first] }] = (JSON.parse(answer) as CheckEvidence).sessions as [CheckEvidence['sessions'][number]];
  const other = (hex: string): string => `${hex.slice(0, -1)}${hex.endsWith('0') ? '1' : '0'}`;
  const changes: Record<string, [RegExp | string, string]> = {
    seed: [seed!, other(seed!)], sealed: [seedHash, other(seedHash)], person: [new RegExp(first!.personId, 'g'), other(first!.personId)], 'the time of one': [String(first!.dueMs), String(first!.dueMs + 1)],
    'a person of one': [`"personId":"${first!.personId}"`, `"personId":"${other(first!.personId)}"`], number: ['"drawn":8', '"drawn":9'], window: ['"windowMs":60000', '"windowMs":60001'],
    'checks of a unit': ['"perUnit":2', '"perUnit":1'], 'room of a second': ['"perSecond":3', '"perSecond":4'], 'end of a unit': [`"endMs":${draw.units[0]!.endMs}`, `"endMs":${draw.units[0]!.endMs + 1}`],
    rules: [rulePack, `${rulePack}0`], pin: [draw.drawHash, other(draw.drawHash)],
  };
  for (const [what, [from, to]] of Object.entries(changes)) {
    const changed = answer.replace(from, to);
    expect(changed, what).not.toBe(answer);
    expect((await stranger(changed))[0]!.wrong, what).not.toEqual([]);
    expect(verifyEvidence((JSON.parse(changed) as CheckEvidence).sessions[0]!).proven, what).toBe(false);
  }
}, 60_000);

test('whoever is enrolled while the lesson runs is drawn for when they come, once, by whichever process, and the evidence proves it', async () => {
  await teacher.starts();
  const late = await addPerson(world.deps.orm, world.clock.now(), 'Late', world.school.institutionId, 'student');
  const { institutionId, cohortId } = world.school;
  await world.deps.orm.em.fork().insert(Enrolment, { id: newId(), institutionId, cohortId, personId: late.personId, createdAt: world.clock.now(), endedAt: null });
  await acknowledge(world.deps, late.personId, 'recording');
  world.clock.pass(60_000);
  await world.inside(late);
  await Promise.all([world.classrooms.tick(), world.classrooms.tick()]);
  await world.classrooms.tick();
  const own = await world.rows<{ unit_id: string }>('select unit_id from face_check where drawn and person_id = ? order by due_at', [late.personId]);
  expect(own.map((row) => row.unit_id)).toEqual([world.school.unitIds[0], world.school.unitIds[0], world.school.unitIds[1], world.school.unitIds[1]]);
  expect((await world.events('check:drawnLate')).map(({ payload }) => payload['personIds'])).toEqual([[late.personId]]);
  await teacher.ends();
  const answer = (await ask(world.school.regulator)).body;
  const [session] = (JSON.parse(answer) as CheckEvidence).sessions;
  expect(session).toMatchObject({ proven: true, draw: { drawn: 8 }, late: [{ personIds: [late.personId], drawn: 4 }] });
  expect(await stranger(answer)).toEqual([{ moments: 12, wrong: [] }]);
  for (const changed of [answer.replace('"drawn":4', '"drawn":3'), answer.replace(session!.late[0]!.at, session!.sealed.at)]) {
    expect((await stranger(changed))[0]!.wrong).not.toEqual([]);
    expect(verifyEvidence((JSON.parse(changed) as CheckEvidence).sessions[0]!).proven).toBe(false);
  }
});

test('is for staff of the lesson and whoever oversees it', async () => {
  const { school } = world;
  for (const person of [school.teacher, school.assistant, school.proctor, school.scheduler, school.regulator]) expect((await ask(person)).statusCode).toBe(200);
  expect((await ask(school.learner)).statusCode).toBe(403);
  expect((await ask(null)).statusCode).toBe(401);
});
