// A lesson of two units at a place, for tests: planned by the office for an hour later; the lesson the school has is called off.
import { Lesson, Unit } from '#db/entities/lesson.ts';
import { Place } from '#db/entities/timetable.ts';
import { newId } from '#domain/id.ts';
import type { HttpWorld } from './http-world.ts';
import type { School } from './school.ts';

export interface OfflineLesson { lessonId: string; units: string[]; began: Date; placeId: string }

export async function planOffline(world: HttpWorld, school: School): Promise<OfflineLesson> {
  const em = world.deps.orm.em.fork();
  const began = new Date(world.clock.now().getTime() + 3_600_000);
  const placeId = newId();
  await em.insert(Place, { id: placeId, institutionId: school.institutionId, name: '一号实训室', createdAt: began, retiredAt: null });
  await em.nativeUpdate(Lesson, { id: school.lessonId }, { status: 'cancelled' });
  const payload = { cohortId: school.cohortId, title: '焊接实训', plannedMinutes: 90, teacherIds: [school.teacher.personId], starts: [began.toISOString()], offline: true, placeId };
  const planned = await world.call('POST /api/timetable', school.scheduler, { payload });
  if (planned.statusCode !== 200) throw new Error(planned.body);
  const [lessonId] = planned.json<{ lessonIds: [string] }>().lessonIds;
  return { lessonId, units: (await em.find(Unit, { lessonId }, { orderBy: { ordinal: 'asc' } })).map(({ id }) => id), began, placeId };
}
