// A lesson that was held at a place, as rows: two units of 45 minutes by a signed sheet, and who was there from when to when, in minutes from its start.
import { createHash } from 'node:crypto';
import { newId } from '#domain/id.ts';
import { Attachment } from '../entities/attachment.ts';
import { Lesson, LessonStaff, Unit } from '../entities/lesson.ts';
import { OfflinePresence, OfflineSheet } from '../entities/offline.ts';
import { Place } from '../entities/timetable.ts';
import type { Orm } from '../orm.ts';
import type { InCohort } from './taught-class.ts';

export interface OfflineClass { lessonId: string; attachmentId: string; sha256: string }
/** `sheet`: the bytes of its file, which the caller stores; null: all signed by phone. Kept by the teacher, who is nobody of it. Nothing is reckoned yet. */
export async function addOfflineClass(orm: Orm, { institutionId, cohortId, teacherId }: InCohort, present: readonly { personId: string; from: number; to: number }[], plan: { startsAt: Date; title: string; place: string; sheet: Buffer | null }): Promise<OfflineClass> {
  const em = orm.em.fork();
  const { startsAt, title, place, sheet } = plan;
  const [lessonId, placeId, attachmentId] = [newId(), newId(), newId()];
  const at = (minutes: number): Date => new Date(startsAt.getTime() + minutes * 60_000);
  const [keptBy, keptAt, sha256] = [teacherId, at(120), sheet ? createHash('sha256').update(sheet).digest('hex') : ''];
  await em.insert(Place, { id: placeId, institutionId, name: place, createdAt: startsAt, retiredAt: null });
  await em.insert(Lesson, { id: lessonId, institutionId, cohortId, title, startsAt, plannedMinutes: 90, recorded: false, status: 'ended', createdAt: startsAt, placeId, kind: 'offline' });
  await em.insert(LessonStaff, { id: newId(), institutionId, lessonId, personId: teacherId, role: 'teacher' });
  await em.insertMany(Unit, [0, 45].map((from, index) => ({ id: newId(), institutionId, lessonId, ordinal: index + 1, plannedStartAt: at(from), plannedMinutes: 45, startedAt: at(from), endedAt: at(from + 45) })));
  if (sheet) await em.insert(Attachment, {
    id: attachmentId, institutionId, kind: 'signed_sheet', subjectType: 'lesson', subjectId: lessonId, fileName: '签到表.pdf', contentType: 'application/pdf', sizeBytes: sheet.length, sha256, uploadedBy: keptBy, uploadedAt: keptAt,
    withdrawnAt: null, withdrawnBy: null, withdrawReason: null,
  });
  await em.insert(OfflineSheet, { lessonId, institutionId, attachmentId: sheet && attachmentId, keptBy, keptAt });
  await em.insertMany(OfflinePresence, present.map(({ personId, from, to }) => ({ id: newId(), institutionId, lessonId, personId, fromAt: at(from), toAt: at(to), keptBy, keptAt })));
  return { lessonId, attachmentId, sha256 };
}
