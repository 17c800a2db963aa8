// Invitations for tests: made over the route by the office; somebody who waits, by rows.
import type { CohortInvitations, InvitationBody, InvitationLine } from '#contracts/invitation.ts';
import { CohortJoining } from '#db/entities/invitation.ts';
import { addMadeUpIdentities } from '#db/testing/identity.ts';
import { newId } from '#domain/id.ts';
import type { HttpWorld } from './http-world.ts';
import { addPerson, type School } from './school.ts';

/** Holds for a week, for five people, who wait. */
export async function makeInvitation(world: HttpWorld, { cohortId, scheduler }: Pick<School, 'cohortId' | 'scheduler'>, change: Partial<InvitationBody> = {}): Promise<InvitationLine> {
  // The newest stands first: no two are made at one moment.
  world.clock.pass(1);
  const response = await world.call(`POST /api/cohorts/${cohortId}/invitations`, scheduler, { payload: { admits: 'waiting', days: 7, most: 5, ...change } });
  if (response.statusCode !== 200) throw new Error(response.body);
  return response.json<CohortInvitations>().invitations[0]!;
}

/** An invitation, and somebody who came by it and waits. */
export async function addInvitation(world: HttpWorld, school: School): Promise<{ invitationId: string; code: string; joiningId: string }> {
  const { orm } = world.deps;
  const at = world.clock.now();
  const { invitationId, code } = await makeInvitation(world, school);
  const { personId } = await addPerson(orm, at, 'Comer', null, null);
  const em = orm.em.fork();
  await addMadeUpIdentities(em, [personId], at);
  const joiningId = newId(at.getTime());
  await em.insert(CohortJoining, { id: joiningId, institutionId: school.institutionId, cohortId: school.cohortId, invitationId, personId, state: 'waiting', askedAt: at, decidedBy: null, decidedAt: null });
  return { invitationId, code, joiningId };
}
