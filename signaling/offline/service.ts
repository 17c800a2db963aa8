// The signed sheet of a lesson held at a place: kept once by one of the office; units, presence and the end of the lesson are rows of one transaction, the ledger follows from them.
import { LockMode } from '@mikro-orm/postgresql';
import type { OfflineSheet as SheetView, OfflineSheetBody } from '#contracts/offline-routes.ts';
import { Attachment } from '#db/entities/attachment.ts';
import { Lesson, Unit } from '#db/entities/lesson.ts';
import { Cohort } from '#db/entities/people.ts';
import { OfflinePresence, OfflineSheet } from '#db/entities/offline.ts';
import { appendEvents, unitOfWork, type EntityManager } from '#db/orm.ts';
import { isOffice, officeRoles, requireOffice, requirePart } from '#db/queries/institution-access.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { offlineSheetOf } from '#db/queries/offline.ts';
import { cohortIsOpen } from '#domain/cohort.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { mayKeepSheet, sheetFault } from '#domain/offline.ts';
import type { Deps } from '../deps.ts';

const missing = (): DomainError => new DomainError('not_found', 'no such lesson held at a place');

/** Throws not_found. */
async function lessonOf(em: EntityManager, lessonId: string): Promise<Lesson> {
  const lesson = await em.findOne(Lesson, { id: lessonId, kind: 'offline' });
  if (!lesson) throw missing();
  return lesson;
}

async function viewOf(em: EntityManager, lessonId: string, ofOffice: boolean): Promise<SheetView> {
  const view = await offlineSheetOf(em, lessonId, { ofOffice });
  if (!view) throw missing();
  return view;
}

export async function readSheet(deps: Deps, askerId: string, lessonId: string): Promise<SheetView> {
  const em = deps.orm.em.fork();
  const { institutionId } = await lessonOf(em, lessonId);
  return viewOf(em, lessonId, isOffice(await requirePart(em, askerId, institutionId, [...officeRoles, 'regulator'])));
}

/** The lesson, held for its end. Throws sheet_kept, lesson_cancelled. */
async function lessonToEnd(em: EntityManager, lessonId: string): Promise<Lesson> {
  const lesson = await em.findOneOrFail(Lesson, { id: lessonId }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
  if (lesson.status === 'cancelled') throw new DomainError('lesson_cancelled', 'the lesson was cancelled');
  if (!mayKeepSheet(lesson.status)) throw new DomainError('sheet_kept', 'there is a sheet of it');
  return lesson;
}

interface Held { unitId: string; fromAt: Date; toAt: Date }
const stretchOf = ({ from, to }: { from: string; to: string }): { fromAt: Date; toAt: Date } => ({ fromAt: new Date(from), toAt: new Date(to) });
const msOf = ({ fromAt, toAt }: { fromAt: Date; toAt: Date }): { fromMs: number; toMs: number } => ({ fromMs: fromAt.getTime(), toMs: toAt.getTime() });

/** What the sheet says of units, in their order. Throws sheet_outside, sheet_too_soon. */
async function heldOf(em: EntityManager, lesson: Lesson, body: OfflineSheetBody, now: Date): Promise<Held[]> {
  const planned = await em.find(Unit, { lessonId: lesson.id }, { disableIdentityMap: true, orderBy: { ordinal: 'asc' } });
  const told = new Map(body.units.map((unit) => [unit.unitId, stretchOf(unit)]));
  const held = planned.filter(({ id }) => told.has(id)).map(({ id, plannedMinutes }) => ({ unitId: id, plannedMinutes, ...told.get(id)! }));
  if (held.length !== body.units.length) throw new DomainError('sheet_outside', 'a unit of another lesson, or one twice');
  const fault = sheetFault({ units: held.map((unit) => ({ ...msOf(unit), plannedMinutes: unit.plannedMinutes })), present: body.present.map((one) => msOf(stretchOf(one))) }, lesson, now.getTime());
  if (fault) throw new DomainError(fault, 'times that cannot be');
  return held;
}

/** Nobody learns in a cohort that is not opened, at a place as little as online. Throws cohort_not_opened. */
async function requireOpened(em: EntityManager, { cohortId }: Lesson): Promise<void> {
  const { opening } = await em.findOneOrFail(Cohort, { id: cohortId });
  if (!cohortIsOpen(opening)) throw new DomainError('cohort_not_opened', `the cohort is ${opening}`);
}

/** Throws sheet_paper, sheet_learner, sheet_own. */
async function requireSheet(em: EntityManager, keeperId: string, lesson: Lesson, { attachmentId, present }: OfflineSheetBody): Promise<void> {
  const paper = { id: attachmentId, institutionId: lesson.institutionId, subjectType: 'lesson', subjectId: lesson.id, kind: 'signed_sheet', withdrawnAt: null } as const;
  if ((await em.count(Attachment, paper)) === 0) throw new DomainError('sheet_paper', 'no such sheet of this lesson stands');
  if (present.some(({ personId }) => personId === keeperId)) throw new DomainError('sheet_own', 'nobody writes down their own hours');
  const learners = new Set((await viewOf(em, lesson.id, true)).learners.map(({ personId }) => personId));
  if (!present.every(({ personId }) => learners.has(personId))) throw new DomainError('sheet_learner', 'somebody who is not of the class');
}

/** Throws what the route says. */
export async function keepSheet(deps: Deps, keeperId: string, lessonId: string, body: OfflineSheetBody): Promise<SheetView> {
  const { institutionId } = await lessonOf(deps.orm.em.fork(), lessonId);
  const actor = actorFor(keeperId, institutionId);
  return unitOfWork(deps.orm, actor, async (em) => {
    await requireOffice(em, keeperId, institutionId);
    const lesson = await lessonToEnd(em, lessonId);
    await requireOpened(em, lesson);
    const keptAt = deps.now();
    const held = await heldOf(em, lesson, body, keptAt);
    await requireSheet(em, keeperId, lesson, body);
    for (const { unitId, fromAt, toAt } of held) await em.nativeUpdate(Unit, { id: unitId }, { startedAt: fromAt, endedAt: toAt });
    await em.insert(OfflineSheet, { lessonId, institutionId, attachmentId: body.attachmentId, keptBy: keeperId, keptAt });
    const present = body.present.map((one) => ({ id: newId(keptAt.getTime()), institutionId, lessonId, personId: one.personId, ...stretchOf(one), keptBy: keeperId, keptAt }));
    if (present.length > 0) await em.insertMany(OfflinePresence, present);
    await em.nativeUpdate(Lesson, { id: lessonId }, { status: 'ended' });
    const stream = `lesson:${lessonId}` as const;
    await appendEvents(em, [
      { actor, stream, type: 'offline:kept', at: keptAt, payload: { lessonId, attachmentId: body.attachmentId, units: held.map(({ unitId, fromAt, toAt }) => ({ unitId, from: fromAt.toISOString(), to: toAt.toISOString() })), present: present.length } },
      ...present.map(({ id, personId, fromAt, toAt }) => ({ actor, stream, type: 'offline:present', at: keptAt, payload: { presenceId: id, personId, from: fromAt.toISOString(), to: toAt.toISOString() } })),
    ]);
    return viewOf(em, lessonId, true);
  });
}
