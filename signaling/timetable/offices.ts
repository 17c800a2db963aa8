// What an office plans with: places, holidays, the way between two places. Each answers all options anew.
import type { Static } from 'typebox';
import type { HolidaysBody, PlaceBody, TimetableOptions } from '#contracts/timetable.ts';
import { Holiday, Place, TimetableSetting } from '#db/entities/timetable.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { plannedInstitutions, timetableOptionsOf } from '#db/queries/timetable.ts';
import { shanghaiDay } from '#domain/day.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { addDays, isDay } from '#domain/timetable/recurrence.ts';
import type { Deps } from '../deps.ts';

const longestHolidayDays = 31;
/** Holidays of the last weeks are still shown in the week before. */
const shownBeforeDays = 60;

export async function optionsFor(deps: Deps, personId: string): Promise<TimetableOptions> {
  const em = deps.orm.em.fork();
  return timetableOptionsOf(em, await plannedInstitutions(em, personId), addDays(shanghaiDay(deps.now()), -shownBeforeDays));
}

/** Throws not_found for an institution one does not plan for. */
export async function requirePlanner(em: EntityManager, personId: string, institutionId: string): Promise<void> {
  if (!(await plannedInstitutions(em, personId)).includes(institutionId)) throw new DomainError('not_found', 'no such institution');
}

async function changed(deps: Deps, personId: string, institutionId: string, type: string, payload: Record<string, unknown>, work: (em: EntityManager) => Promise<void>): Promise<TimetableOptions> {
  await requirePlanner(deps.orm.em.fork(), personId, institutionId);
  const actor = actorFor(personId, institutionId);
  await unitOfWork(deps.orm, actor, async (em) => {
    await work(em);
    await appendEvent(em, actor, `institution:${institutionId}`, type, deps.now(), payload);
  });
  return optionsFor(deps, personId);
}

/** Throws not_found, bad_request (the name is there). */
export function addPlace(deps: Deps, personId: string, { institutionId, name }: Static<typeof PlaceBody>): Promise<TimetableOptions> {
  const placeId = newId();
  return changed(deps, personId, institutionId, 'place:added', { placeId }, async (em) => {
    const added = await em.execute<{ id: string }[]>(
      'insert into place (id, institution_id, name, created_at) values (?, ?, ?, ?) on conflict (institution_id, name) where retired_at is null do nothing returning id', [placeId, institutionId, name.trim(), deps.now()]);
    if (added.length === 0) throw new DomainError('bad_request', 'there is a place of this name');
  });
}

/** Throws not_found. */
export async function retirePlace(deps: Deps, personId: string, placeId: string): Promise<TimetableOptions> {
  const place = await deps.orm.em.fork().findOne(Place, { id: placeId, retiredAt: null });
  if (!place) throw new DomainError('not_found', 'no such place');
  return changed(deps, personId, place.institutionId, 'place:retired', { placeId }, async (em) => { await em.nativeUpdate(Place, { id: placeId }, { retiredAt: deps.now() }); });
}

/** Throws not_found, bad_request (a day no calendar has, none, or more than a month of them). */
export function enterHolidays(deps: Deps, personId: string, institutionId: string, { from, to, kind, name }: Static<typeof HolidaysBody>): Promise<TimetableOptions> {
  if (!isDay(from) || !isDay(to) || to < from || to > addDays(from, longestHolidayDays - 1)) throw new DomainError('bad_request', 'from is not after to, at most 31 days');
  const days: string[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day);
  return changed(deps, personId, institutionId, 'holidays:entered', { from, to, kind }, async (em) => {
    await em.upsertMany(Holiday, days.map((day) => ({ id: newId(), institutionId, day, kind, name: name.trim() })), { onConflictFields: ['institutionId', 'day'], onConflictMergeFields: ['kind', 'name'] });
  });
}

/** Throws not_found (also where nothing was entered for the day). */
export function removeHoliday(deps: Deps, personId: string, institutionId: string, day: string): Promise<TimetableOptions> {
  return changed(deps, personId, institutionId, 'holidays:removed', { day }, async (em) => {
    if (await em.nativeDelete(Holiday, { institutionId, day }) === 0) throw new DomainError('not_found', 'no such holiday');
  });
}

/** Throws not_found. */
export function setTravelGap(deps: Deps, personId: string, institutionId: string, minutes: number): Promise<TimetableOptions> {
  return changed(deps, personId, institutionId, 'timetable:gapSet', { minutes }, async (em) => {
    await em.upsert(TimetableSetting, { institutionId, travelGapMinutes: minutes });
  });
}
