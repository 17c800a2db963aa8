// Where somebody may draw recordings: institutions they oversee, with courses and cohorts.
import type { InspectionChoices } from '#contracts/inspection.ts';
import type { EntityManager } from '../orm.ts';
import { inspectedBy } from './inspection-access.ts';
import { arrayOf } from './lesson-access.ts';

interface Row { institution_id: string; name: string; course_id: string | null; course: string; cohort_id: string | null; cohort: string }

export async function inspectionChoices(em: EntityManager, personId: string): Promise<InspectionChoices> {
  const rows = await em.execute<Row[]>(
    `select i.id as institution_id, i.name, k.id as course_id, k.title as course, c.id as cohort_id, c.title as cohort from institution i left join course k on k.institution_id = i.id left join cohort c on c.course_id = k.id
     where i.id = any(?::uuid[]) order by i.name, i.id, k.title, k.id, c.created_at desc, c.id`, [arrayOf(await inspectedBy(em, personId))]);
  return {
    institutions: [...Map.groupBy(rows, ({ institution_id: id }) => id)].map(([institutionId, own]) => ({
      institutionId, name: own[0]!.name, courses: [...Map.groupBy(own.filter(({ course_id: id }) => id !== null), ({ course_id: id }) => id!)].map(([courseId, some]) => ({
        courseId, title: some[0]!.course, cohorts: some.flatMap(({ cohort_id: cohortId, cohort: title }) => (cohortId === null ? [] : [{ cohortId, title }])),
      })),
    })),
  };
}
