// Clients of an institution as they are read: by its office, and by those who look for a client.
import type { Client, ClientHours, ClientLearners, OwnClients } from '#contracts/client-routes.ts';
import { share } from '#domain/attendance.ts';
import type { ClientSwitch } from '#domain/client-switches.ts';
import type { EntityManager } from '../orm.ts';
import { hoursOf } from './hours.ts';

interface Row { id: string; name: string; credit_code: string; region: string | null; contact: string; phone: string; switched_off: ClientSwitch[]; learners: number; members: { personId: string; name: string }[] | null }

export async function clientsOf(em: EntityManager, institutionId: string): Promise<Client[]> {
  const rows = await em.execute<Row[]>(
    `select k.id, k.name, k.credit_code, k.region, k.contact, k.phone, k.switched_off,
       (select count(distinct e.person_id)::int from enrolment e where e.client_id = k.id and e.ended_at is null) as learners,
       (select json_agg(json_build_object('personId', p.id, 'name', p.name) order by p.name, p.id) from client_member m join person p on p.id = m.person_id where m.client_id = k.id) as members
     from client k where k.institution_id = ? order by k.name, k.id`, [institutionId]);
  return rows.map((row) => ({
    clientId: row.id, name: row.name, creditCode: row.credit_code, region: row.region, contact: row.contact, phone: row.phone, switchedOff: row.switched_off, learners: row.learners, members: row.members ?? [],
  }));
}

export async function learnersToLink(em: EntityManager, institutionId: string): Promise<ClientLearners['learners']> {
  const rows = await em.execute<{ id: string; name: string; cohort_title: string; course_title: string; client_id: string | null }[]>(
    `select e.id, p.name, c.title as cohort_title, co.title as course_title, e.client_id from enrolment e join person p on p.id = e.person_id join cohort c on c.id = e.cohort_id join course co on co.id = c.course_id
     where e.institution_id = ? and e.ended_at is null order by c.created_at desc, c.id, p.name, e.id`, [institutionId]);
  return rows.map((row) => ({ enrolmentId: row.id, name: row.name, cohortTitle: row.cohort_title, courseTitle: row.course_title, clientId: row.client_id }));
}

export async function ownClients(em: EntityManager, personId: string): Promise<OwnClients['clients']> {
  const rows = await em.execute<{ id: string; name: string; institution_name: string }[]>(
    'select k.id, k.name, i.name as institution_name from client_member m join client k on k.id = m.client_id join institution i on i.id = k.institution_id where m.person_id = ? order by k.name, k.id', [personId]);
  return rows.map((row) => ({ clientId: row.id, name: row.name, institutionName: row.institution_name }));
}

interface Learner { cohort_id: string; title: string; course_title: string; person_id: string; name: string; lesson_ids: string[] | null }
type Figures = Omit<ClientHours['cohorts'][number]['learners'][number], 'personId' | 'name'>;
const sum = (values: readonly number[]): number => Math.round(values.reduce((total, value) => total + value, 0) * 10) / 10;

async function figuresOf(em: EntityManager, { person_id: personId, lesson_ids: lessonIds }: Learner, now: Date): Promise<Figures> {
  const all = await hoursOf(em, personId, { from: new Date(0), to: now }, now);
  const own = all.lessons.filter(({ lessonId }) => lessonIds?.includes(lessonId));
  const [heldMinutes, creditedMinutes, madeUpMinutes] = [sum(own.map((one) => one.heldMinutes)), sum(own.map((one) => one.creditedMinutes)), sum(own.map((one) => one.madeUpMinutes))];
  return { lessons: own.length, heldMinutes, creditedMinutes, madeUpMinutes, share: share(Math.min(heldMinutes, creditedMinutes + madeUpMinutes), heldMinutes) };
}

/** Those who learn, or learned, for this client, class by class; of each the lessons of that class alone. */
export async function clientHours(em: EntityManager, clientId: string, now: Date): Promise<ClientHours['cohorts']> {
  const rows = await em.execute<Learner[]>(
    `select c.id as cohort_id, c.title, co.title as course_title, p.id as person_id, p.name, (select json_agg(l.id) from lesson l where l.cohort_id = c.id) as lesson_ids
     from enrolment e join cohort c on c.id = e.cohort_id join course co on co.id = c.course_id join person p on p.id = e.person_id where e.client_id = ? order by c.created_at desc, c.id, p.name, p.id`, [clientId]);
  const cohorts: ClientHours['cohorts'] = [];
  for (const row of rows) {
    const learner = { personId: row.person_id, name: row.name, ...await figuresOf(em, row, now) };
    const last = cohorts.at(-1);
    if (last?.cohortId === row.cohort_id) last.learners.push(learner);
    else cohorts.push({ cohortId: row.cohort_id, title: row.title, courseTitle: row.course_title, learners: [learner] });
  }
  return cohorts;
}
