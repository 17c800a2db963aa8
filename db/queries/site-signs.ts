// Signs at the place of a lesson as they are read: those of one learner, and whose phone it is. Those of all stand beside the sheet.
import type { EntityManager } from '../orm.ts';

/** Of one learner, ascending, epoch ms. */
export async function signsOf(em: EntityManager, lessonId: string, personId: string): Promise<number[]> {
  const rows = await em.execute<{ at: string }[]>('select at from site_sign where lesson_id = ? and person_id = ? order by at', [lessonId, personId]);
  return rows.map(({ at }) => new Date(at).getTime());
}

/** Whether somebody else signed in this lesson from the browser of this device. */
export async function signedByOther(em: EntityManager, { lessonId, personId, deviceId }: { lessonId: string; personId: string; deviceId: string }): Promise<boolean> {
  const [row] = await em.execute<{ other: boolean }[]>(
    `select exists (select from site_sign where lesson_id = ? and person_id <> ? and split_part(device_id, '-', 1) = split_part(?, '-', 1)) as other`, [lessonId, personId, deviceId]);
  return row!.other;
}
