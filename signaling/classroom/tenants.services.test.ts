// Every request of the socket, asked by everybody of another institution: before a seat, and from a seat of their own with what is the first one's. Names and schemas are taken from the table.
import type { TSchema } from 'typebox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { socketRequests } from '#contracts/socket.ts';
import { Uuid } from '#contracts/shapes.ts';
import { everyRow } from '#db/testing/every-row.ts';
import { newId } from '#domain/id.ts';
import type { ClassroomDriver } from '#testing/classroom-driver.ts';
import { dividesInTwo, openClass } from '../testing/breakout-class.ts';
import { acknowledge, openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';
import { addCourseware } from '../testing/courseware.ts';
import type { Known } from '../testing/http-world.ts';
import { filedIn } from '../testing/region.ts';
import { addCheck, addPerson, addSchool, type School } from '../testing/school.ts';

type Name = keyof typeof socketRequests;
const names = Object.keys(socketRequests) as Name[];

let world: ClassroomWorld;
let foreign: School;
let strangers: Record<'admin' | 'institution' | 'regulator' | 'teacher' | 'student', Known>;
let seated: Record<'teacher' | 'student', ClassroomDriver>;
/** What is the first school's, by the name a request has for it. */
let theirs: Record<string, string>;

beforeAll(async () => {
  world = await openClassroomWorld();
  const { school, clock, deps } = world;
  const lesson = await openClass(world);
  const { quizId } = await lesson.teacher.ask('quiz:open', { kind: 'trueFalse', prompt: 'secret prompt', options: ['a', 'b'], right: [0], seconds: 600 });
  const messageId = newId();
  await lesson.teacher.ask('chat:send', { messageId, text: 'secret words' });
  await lesson.teacher.ask('companion:invite', {});
  const [groupId] = await dividesInTwo(lesson);
  const [session] = await world.rows<{ id: string }>('select id from lesson_session where lesson_id = ?', [school.lessonId]);
  const [companion] = await world.rows<{ id: string }>('select id from companion');
  const question = { kind: 'trueFalse', stem: 'secret stem', options: ['a', 'b'], right: [0], accepted: [], knowledgePoint: '', difficulty: 1, explanation: '', pictureId: null };
  const { questionId } = (await world.call(`POST /api/courses/${school.courseId}/questions`, school.teacher, { payload: question })).json<{ questionId: string }>();
  const { setId } = (await world.call(`POST /api/courses/${school.courseId}/question-sets`, school.teacher, { payload: { name: 'secret set', secondsEach: 60, questionIds: [questionId] } })).json<{ setId: string }>();
  theirs = {
    lessonId: school.lessonId, personId: school.learner.personId, learnerId: school.learner.personId, quizId, messageId, groupId, companionId: companion!.id, questionId, setId,
    checkId: await addCheck(deps.orm, school, session!.id, school.learner.personId, clock.now()), coursewareId: await addCourseware(deps.orm, school, clock.now()), strokeId: newId(),
  };
  foreign = await addSchool(deps.orm, clock.now(), 'Foreign');
  // Another region too.
  await filedIn(world, school, '130300');
  await filedIn(world, foreign, '350100');
  strangers = {
    admin: await addPerson(deps.orm, clock.now(), 'Foreign admin', foreign.institutionId, 'admin'), institution: foreign.scheduler, regulator: foreign.regulator, teacher: foreign.teacher, student: foreign.learner,
  };
  await acknowledge(deps, foreign.learner.personId, 'recording');
  clock.pass(30 * 60_000);
  seated = { teacher: await world.person(foreign.teacher), student: await world.person(foreign.learner) };
  await seated.teacher.enter(foreign.lessonId);
  await seated.teacher.ask('lesson:start', {});
  await seated.student.enter(foreign.lessonId);
  // What was due by now is done, and no time passes after it.
  for (let round = 0; round < 3; round++) await world.classrooms.tick();
}, 60_000);
afterAll(() => world.close());

interface Shape { type?: string; pattern?: string; const?: unknown; enum?: unknown[]; anyOf?: Shape[]; items?: Shape; properties?: Record<string, Shape>; required?: string[]; minimum?: number; minItems?: number }
const shapeOf = (name: Name): Shape => socketRequests[name].data as TSchema;
const uuidPattern = (Uuid as Shape).pattern;
const patterns: Record<string, string> = { '^\\d{6}$': '123456', '^[\\w-]+$': 'a-device-of-mine' };
const hasUuid = (shape: Shape): boolean => shape.pattern === uuidPattern || [...(shape.anyOf ?? []), ...(shape.items ? [shape.items] : []), ...Object.values(shape.properties ?? {})].some(hasUuid);

/** A value that fits, in which everything that is named by an id is the first school's. */
function valueOf(name: string, shape: Shape): unknown {
  if (shape.const !== undefined) return shape.const;
  if (shape.anyOf) return valueOf(name, shape.anyOf.find(hasUuid) ?? shape.anyOf[0]!);
  if (shape.properties) return Object.fromEntries(Object.entries(shape.properties).filter(([key, one]) => shape.required?.includes(key) || hasUuid(one)).map(([key, one]) => [key, valueOf(key, one)]));
  if (shape.type === 'array') return Array.from({ length: Math.max(1, shape.minItems ?? 1) }, () => valueOf(name === 'groups' ? 'personId' : name, shape.items!));
  if (shape.pattern === uuidPattern) return theirs[name] ?? expect.fail(`give this test something of another institution for ${name}`);
  if (shape.type === 'string') return shape.pattern === undefined ? 'some words' : patterns[shape.pattern] ?? world.clock.now().toISOString();
  if (shape.type === 'boolean') return true;
  if (shape.type === 'integer' || shape.type === 'number') return shape.minimum ?? 1;
  return {};
}
/** What a request needs though its schema does not say so. */
const needed: Partial<Record<Name, object>> = { 'quiz:answer': { choices: [0] } };
const dataOf = (name: Name): unknown => Object.assign(valueOf(name, shapeOf(name)) as object, needed[name]);

/** What is the first school's changed by nobody: clocks stand still, and the strangers' own lesson is theirs to change. */
/** But for when those who are in were noted as being there: that goes on while this runs. */
async function theirRows(): Promise<string> {
  const rows: string[] = [];
  const tables = await world.rows<{ name: string }>(
    `select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'institution_id' and table_name not like 'event%' and table_name <> 'observation' order by 1`);
  for (const { name } of tables) rows.push(...(await world.rows<{ row: string }>(`select (to_jsonb(t) - 'last_seen_at')::text as row from ${name} t where institution_id = ? order by 1`, [world.school.institutionId])).map(({ row }) => `${name} ${row}`));
  return rows.join('\n');
}

/** Those who are in are noted as being there while this runs. */
const ownClocks = ['connection', 'observation'];

describe.each(['admin', 'institution', 'regulator', 'teacher', 'student'] as const)('somebody who is %s elsewhere', (who) => {
  it('gets no seat, and may ask nothing without one', async () => {
    const before = await everyRow(world.deps.orm, { except: ownClocks });
    const stranger = await world.person(strangers[who]);
    expect(['not_found', 'forbidden', 'not_enrolled']).toContain(await stranger.refusal('lesson:enter', dataOf('lesson:enter')));
    for (const name of names.filter((one) => one !== 'lesson:enter')) expect(await stranger.refusal(name, dataOf(name)), name).toBe('not_entered');
    expect(await everyRow(world.deps.orm, { except: ownClocks })).toEqual(before);
    stranger.close();
  });
});

/** Ids of the media node stand for nothing outside the room of one's seat: sfu/room tests show it. */
const naming = names.filter((name) => name !== 'lesson:enter' && hasUuid(shapeOf(name)));

describe.each(naming)('%s', (name) => {
  it('does nothing to what is another institution’s, and tells nothing of it', async () => {
    const asker = (socketRequests[name].by as readonly string[]).includes('teacher') ? seated.teacher : seated.student;
    const before = await theirRows();
    const reply = await asker.send(name, dataOf(name));
    const told = JSON.stringify(reply);
    // It was well-formed: what refuses it is the right.
    if (!reply.ok) expect(reply.error.code).not.toBe('bad_request');
    for (const [key, id] of Object.entries(theirs)) if (!reply.ok || key !== 'messageId') expect(told, key).not.toContain(id);
    expect(told).not.toMatch(/secret|School/);
    expect(await theirRows()).toBe(before);
  });
});
