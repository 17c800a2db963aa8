// Invitations over REST: by link onto the list the office looks at, or onto the roster where it said so, once; not with one that is over, revoked or used up; and to phones of a roster.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CohortInvitations, InvitationLine } from '#contracts/invitation.ts';
import { CohortOpening } from '#db/entities/cohort.ts';
import { CohortInvitation } from '#db/entities/invitation.ts';
import { Account, Enrolment } from '#db/entities/people.ts';
import { addMadeUpIdentities } from '#db/testing/identity.ts';
import { newId } from '#domain/id.ts';
import { invitationPath } from '#domain/invitation.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { makeInvitation } from '../testing/invitation.ts';
import { register, stated } from '../testing/registrant.ts';
import { learner, rosterOffice } from '../testing/rosters.ts';
import { addPerson, addSchool, type School } from '../testing/school.ts';

const dayMs = 24 * 3_600_000;
let world: HttpWorld;
let school: School;
let foreign: School;
let base: string;
beforeAll(async () => {
  world = await openHttpWorld();
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
});
beforeEach(async () => {
  school = await addSchool(world.deps.orm, world.clock.now());
  base = `/api/cohorts/${school.cohortId}`;
});
afterAll(() => world.close());

const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
/** Registered, of no institution. */
async function comer(name = '李雷'): Promise<Known> {
  const one = await addPerson(world.deps.orm, world.clock.now(), name, null, null);
  await addMadeUpIdentities(world.deps.orm.em.fork(), [one.personId], world.clock.now());
  return one;
}
const see = (code: string) => world.call(`GET /api/invitations/${code}`, null);
const join = (who: Known, { code }: { code: string }) => world.call('POST /api/me/joinings', who, { payload: { code } });
const read = async (who: Known = school.scheduler): Promise<CohortInvitations> => (await world.call(`GET ${base}/invitations`, who)).json<CohortInvitations>();
const revoke = ({ invitationId }: InvitationLine, who: Known = school.scheduler) => world.call(`POST ${base}/invitations/${invitationId}/revocation`, who);
const decide = (joiningId: string, accept: boolean, who: Known = school.scheduler) => world.call(`POST ${base}/joinings/${joiningId}/decision`, who, { payload: { accept } });
const write = ({ invitationId }: InvitationLine) => world.call(`POST ${base}/invitations/${invitationId}/messages`, school.scheduler);
const enrolled = async ({ personId }: Known): Promise<boolean> => (await world.deps.orm.em.fork().count(Enrolment, { cohortId: school.cohortId, personId, endedAt: null })) === 1;
const facts = async (): Promise<[string, Record<string, unknown>][]> => (await world.deps.orm.em.fork().execute<{ type: string; payload: Record<string, unknown> }[]>('select type, payload from event where stream = ? order by id', [`cohort:${school.cohortId}`])).map(({ type, payload }) => [type, payload]);
const counts = async () => world.deps.orm.em.fork().execute<{ n: number }[]>('select (select count(*)::int from cohort_joining) + (select count(*)::int from enrolment) + (select count(*)::int from membership) + (select count(*)::int from event) as n');

it('shows anybody with the link institution, course, cohort and days, and nothing else', async () => {
  const { code } = await makeInvitation(world, school);
  expect((await see(code)).json()).toEqual({ institution: 'School', course: 'School course', cohort: 'School cohort', firstDay: '2026-03-02', lastDay: '2026-03-02' });
  await world.deps.orm.em.fork().insert(CohortOpening, {
    cohortId: school.cohortId, institutionId: school.institutionId, revision: 1, changedBy: school.scheduler.personId, changedAt: world.clock.now(), region: null, plannedFrom: '2026-04-01', plannedUntil: '2026-05-31', learnerLimit: null, instructorIds: [], place: 'x', planText: 'x', resources: 'x', dossierId: null,
  });
  expect((await see(code)).json()).toMatchObject({ firstDay: '2026-04-01', lastDay: '2026-05-31' });
  expect(codeOf(await see('A'.repeat(22)))).toBe('not_found');
  expect(codeOf(await see('short'))).toBe('bad_request');
});

describe('an invitation for anybody', () => {
  it('puts whoever comes on the list the office looks at; once taken they are of the cohort', async () => {
    const invitation = await makeInvitation(world, school);
    const who = await comer();
    expect((await join(who, invitation)).json()).toEqual({ state: 'waiting', cohort: 'School cohort' });
    expect([await enrolled(who), (await world.call('GET /api/me', who)).json<{ memberships: object[] }>().memberships]).toEqual([false, []]);
    const { waiting: [line], invitations } = await read();
    expect(line).toMatchObject({ name: '李雷', numberMask: '*******00', ended: false });
    expect(invitations).toMatchObject([{ used: 1, most: 5, state: 'open', createdBy: 'School scheduler' }]);
    expect((await decide(line!.joiningId, true)).json()).toMatchObject({ waiting: [] });
    expect(await enrolled(who)).toBe(true);
    expect((await world.call('GET /api/lessons', who)).json<{ lessons: object[] }>().lessons).toMatchObject([{ lessonId: school.lessonId, role: 'student' }]);
    const { invitationId } = invitation;
    const { joiningId } = line!;
    const { cohortId } = school;
    expect(await facts()).toEqual([
      ['invitation:made', { cohortId, invitationId, admits: 'waiting', most: 5, expiresAt: invitation.expiresAt }], ['joining:asked', { cohortId, joiningId, invitationId, personId: who.personId, state: 'waiting' }],
      ['enrolment:begun', { cohortId, personId: who.personId, learnerCategory: 'other', invitationId }], ['joining:accepted', { cohortId, joiningId, invitationId, personId: who.personId }],
    ]);
    expect(codeOf(await decide(joiningId, false))).toBe('joining_decided');
  });

  it('lets the office refuse; by the same link nobody asks again, by another one they may', async () => {
    const [invitation, other] = [await makeInvitation(world, school), await makeInvitation(world, school, { admits: 'roster' })];
    const who = await comer();
    await join(who, invitation);
    const { joiningId } = (await read()).waiting[0]!;
    expect((await decide(joiningId, false)).statusCode).toBe(200);
    expect([await enrolled(who), (await join(who, invitation)).json<object>()]).toEqual([false, { state: 'declined', cohort: 'School cohort' }]);
    expect((await read()).waiting).toEqual([]);
    expect((await join(who, other)).json()).toMatchObject({ state: 'enrolled' });
  });
});

describe('an invitation onto the roster', () => {
  it('enrols at once, once, however often and however many at once', async () => {
    const invitation = await makeInvitation(world, school, { admits: 'roster' });
    const who = await comer();
    const answers = await Promise.all([1, 2, 3].map(() => join(who, invitation)));
    expect(answers.map((answer) => answer.json<object>())).toEqual([1, 2, 3].map(() => ({ state: 'enrolled', cohort: 'School cohort' })));
    expect((await facts()).filter(([type]) => type !== 'invitation:made').map(([type]) => type)).toEqual(['joining:asked', 'enrolment:begun']);
    expect((await read()).invitations).toMatchObject([{ used: 1 }]);
  });

  it('is used up by as many as were said', async () => {
    const invitation = await makeInvitation(world, school, { admits: 'roster', most: 2 });
    const people = await Promise.all(['甲', '乙', '丙', '丁'].map(comer));
    const answers = await Promise.all(people.map((who) => join(who, invitation)));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 200, 410, 410]);
    expect((await read()).invitations).toMatchObject([{ used: 2, state: 'used_up' }]);
    expect(codeOf(await see(invitation.code))).toBe('invitation_over');
    // Who came before is told so again.
    expect((await join(people[answers.findIndex(({ statusCode }) => statusCode === 200)]!, invitation)).json()).toMatchObject({ state: 'enrolled' });
  });

  it('counts nobody twice who is of the cohort already', async () => {
    const invitation = await makeInvitation(world, school, { admits: 'roster' });
    const before = await counts();
    expect((await join(school.learner, invitation)).json()).toMatchObject({ state: 'enrolled' });
    expect(await counts()).toEqual(before);
  });

  it('has those wait whom the office took out, and those past its limit', async () => {
    const invitation = await makeInvitation(world, school, { admits: 'roster' });
    expect((await world.call(`POST ${base}/roster/${school.learner.personId}/ending`, school.scheduler, { payload: { reason: '中途退出' } })).statusCode).toBe(200);
    expect((await join(school.learner, invitation)).json()).toMatchObject({ state: 'waiting' });
    const { waiting: [line] } = await read();
    expect(line).toMatchObject({ ended: true });
    await decide(line!.joiningId, true);
    expect([await enrolled(school.learner), (await facts()).at(-2)?.[0]]).toEqual([true, 'enrolment:returned']);
    // Two are there, three may be.
    await world.deps.orm.em.fork().execute(`insert into cohort_opening (cohort_id, institution_id, revision, changed_by, changed_at, learner_limit, instructor_ids, place, plan_text, resources) values (?, ?, 1, ?, ?, 3, '[]', '', '', '')`, [school.cohortId, school.institutionId, school.scheduler.personId, world.clock.now()]);
    const answers = await Promise.all([await comer(), await comer()].map((who) => join(who, invitation)));
    expect(answers.map((answer) => answer.json<{ state: string }>().state).sort()).toEqual(['enrolled', 'waiting']);
  });
});

describe('nobody comes', () => {
  const over = async (invitation: InvitationLine): Promise<void> => {
    const who = await comer();
    const before = await counts();
    expect([codeOf(await see(invitation.code)), codeOf(await join(who, invitation)), codeOf(await write(invitation))]).toEqual(['invitation_over', 'invitation_over', 'invitation_over']);
    expect(await counts()).toEqual(before);
  };
  it('from the moment it expires', async () => {
    const invitation = await makeInvitation(world, school, { admits: 'roster', days: 1 });
    world.clock.pass(dayMs - 1);
    expect((await see(invitation.code)).statusCode).toBe(200);
    world.clock.pass(1);
    await over(invitation);
    expect((await read()).invitations).toMatchObject([{ state: 'expired' }]);
  });
  it('once it is revoked, which is said once', async () => {
    const invitation = await makeInvitation(world, school, { admits: 'roster' });
    for (const time of ['once', 'twice']) expect((await revoke(invitation)).json(), time).toMatchObject({ invitations: [{ state: 'revoked' }] });
    await over(invitation);
    expect((await facts()).map(([type]) => type)).toEqual(['invitation:made', 'invitation:revoked']);
  });
  it('once the cohort is closed; no other is made, and who waits is not taken', async () => {
    const invitation = await makeInvitation(world, school);
    await join(await comer(), invitation);
    const { joiningId } = (await read()).waiting[0]!;
    await world.deps.orm.em.fork().execute(`update cohort set opening = 'closed' where id = ?`, [school.cohortId]);
    await over(invitation);
    expect([codeOf(await decide(joiningId, true)), codeOf(await world.call(`POST ${base}/invitations`, school.scheduler, { payload: { admits: 'roster', days: 1, most: 1 } }))]).toEqual(['invitation_over', 'invitation_over']);
    expect((await decide(joiningId, false)).statusCode).toBe(200);
  });
  it('without a real name, or with one an authority denied', async () => {
    const invitation = await makeInvitation(world, school, { admits: 'roster' });
    const nameless = await addPerson(world.deps.orm, world.clock.now(), 'x', null, null);
    expect(codeOf(await join(nameless, invitation))).toBe('identity_missing');
    const denied = await comer();
    await world.deps.orm.em.fork().execute(`update identity set authority_status = 'denied', authority_at = now() where person_id = ?`, [denied.personId]);
    expect(codeOf(await join(denied, invitation))).toBe('identity_denied');
    expect((await read()).invitations).toMatchObject([{ used: 0 }]);
  });
});

it('is another institution’s business only for whoever it invited from there', async () => {
  const invitation = await makeInvitation(world, school, { admits: 'roster' });
  const waiting = await makeInvitation(world, school);
  await join(await comer(), waiting);
  const { joiningId } = (await read()).waiting[0]!;
  const theirs = `/api/cohorts/${foreign.cohortId}`;
  const before = await counts();
  for (const route of [`GET ${base}/invitations`, `POST ${base}/invitations/${invitation.invitationId}/revocation`, `POST ${theirs}/invitations/${invitation.invitationId}/revocation`, `POST ${theirs}/invitations/${invitation.invitationId}/messages`]) expect(codeOf(await world.call(route, foreign.scheduler)), route).toBe('not_found');
  for (const cohort of [base, theirs]) expect(codeOf(await world.call(`POST ${cohort}/joinings/${joiningId}/decision`, foreign.scheduler, { payload: { accept: true } }))).toBe('not_found');
  for (const person of [school.teacher, school.regulator, school.learner]) expect(codeOf(await world.call(`GET ${base}/invitations`, person))).toBe('forbidden');
  expect(await counts()).toEqual(before);
  // A learner of theirs is of both afterwards, and sees both.
  expect((await join(foreign.learner, invitation)).json()).toMatchObject({ state: 'enrolled' });
  const { lessons } = (await world.call('GET /api/lessons', foreign.learner)).json<{ lessons: { lessonId: string }[] }>();
  expect(lessons.map(({ lessonId }) => lessonId).sort()).toEqual([foreign.lessonId, school.lessonId].sort());
});

it('an office keeps no more than fifty that hold', async () => {
  const { cohortId, institutionId, scheduler: { personId: createdBy } } = school;
  const at = world.clock.now();
  const { invitationId } = await makeInvitation(world, school);
  await world.deps.orm.em.fork().insertMany(CohortInvitation, Array.from({ length: 49 }, () => ({ id: newId(), institutionId, cohortId, code: randomBytes(16).toString('base64url'), admits: 'waiting' as const, most: 1, createdBy, createdAt: at, expiresAt: new Date(at.getTime() + dayMs), revokedBy: null, revokedAt: null })));
  const more = () => world.call(`POST ${base}/invitations`, school.scheduler, { payload: { admits: 'waiting', days: 1, most: 1 } });
  expect(codeOf(await more())).toBe('invitations_too_many');
  await world.call(`POST ${base}/invitations/${invitationId}/revocation`, school.scheduler);
  expect((await more()).statusCode).toBe(200);
});

it('leads somebody of the roster, who registers as it states, into the class they are in', async () => {
  const row = learner({ name: '王小明' });
  await rosterOffice(world, school).importAll([row]);
  const invitation = await makeInvitation(world, school);
  await world.call(`POST ${base}/invitations/${invitation.invitationId}/messages`, school.scheduler);
  const registered = await register(world, stated({ name: '王小明', number: String(row.number), phone: String(row.phone) }));
  const { personId } = registered.json<{ personId: string }>();
  const { id: accountId } = await world.deps.orm.em.fork().findOneOrFail(Account, { personId });
  expect((await join({ personId, accountId }, invitation)).json()).toMatchObject({ state: 'enrolled' });
  expect(await read()).toMatchObject({ unregistered: 0, due: 0, waiting: [], invitations: [{ used: 0, messages: 1 }] });
});

describe('messages', () => {
  it('go to phones of the roster that have not registered, 20 at once, none twice a day, three in thirty days', async () => {
    const rows = Array.from({ length: 23 }, () => learner());
    await rosterOffice(world, school).importAll(rows);
    const invitation = await makeInvitation(world, school);
    expect(await read()).toMatchObject({ unregistered: 23, due: 23 });
    const from = world.phone.invitations.length;
    expect((await write(invitation)).json()).toEqual({ sent: 20, left: 3 });
    expect((await write(invitation)).json()).toEqual({ sent: 3, left: 0 });
    expect((await write(invitation)).json()).toEqual({ sent: 0, left: 0 });
    const sent = world.phone.invitations.slice(from);
    expect(sent.map(({ phone }) => phone).sort()).toEqual(rows.map(({ phone }) => phone).sort());
    expect(sent[0]).toMatchObject({ institution: 'School', link: expect.stringContaining(invitationPath(invitation.code)) as string });
    expect((await read()).invitations).toMatchObject([{ messages: 23 }]);
    expect((await facts()).filter(([type]) => type === 'invitation:messaged').map(([, { sent: n }]) => n)).toEqual([20, 3]);
    const again = await makeInvitation(world, school, { days: 60 });
    for (const day of [2, 3]) {
      world.clock.pass(dayMs);
      expect((await read()).due, `day ${day}`).toBe(23);
      while ((await write(again)).json<{ left: number }>().left > 0);
    }
    world.clock.pass(dayMs);
    expect(await read()).toMatchObject({ unregistered: 23, due: 0 });
  });

  it('of two who send at once each phone gets one', async () => {
    await rosterOffice(world, school).importAll(Array.from({ length: 5 }, () => learner()));
    const invitation = await makeInvitation(world, school);
    const from = world.phone.invitations.length;
    const answers = await Promise.all([write(invitation), write(invitation)]);
    expect(answers.map((answer) => answer.json<{ sent: number }>().sent).sort()).toEqual([0, 5]);
    expect(world.phone.invitations.length - from).toBe(5);
  });

  it('that the gateway did not take count for nothing', async () => {
    await rosterOffice(world, school).importAll([learner(), learner()]);
    const invitation = await makeInvitation(world, school);
    world.phone.down = true;
    expect(codeOf(await write(invitation))).toBe('phone_unavailable');
    world.phone.down = false;
    expect(await read()).toMatchObject({ due: 2, invitations: [{ messages: 0 }] });
    expect((await facts()).map(([type]) => type)).not.toContain('invitation:messaged');
    expect((await write(invitation)).json()).toEqual({ sent: 2, left: 0 });
  });
});
