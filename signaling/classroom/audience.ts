// How a large class is told things: figures and batches once a second instead of one event per person to every person.
import type { Participant } from '#contracts/person.ts';
import { comesInPages, largeFrom } from '#domain/audience.ts';
import { isStaff } from '#domain/roles.ts';
import { learnerCountOf } from '#db/queries/lesson-detail.ts';
import { participantsAmong, participantsInView, publicView } from '#db/queries/participants.ts';
import type { Live } from './context.ts';
import { lessonRoom, observerRoom, staffRoom } from './rooms.ts';

const peopleAtOnce = 1_000;
/** A class that was cut comes back spread over so many a second, within what a seat is kept. */
const returningPerSecond = 500;
const spreadBounds = { least: 200, most: 10_000 } as const;

/** Over what time so many people should do at a moment of their own what all of them do now. */
export const spreadMs = (people: number): number =>
  Math.round(Math.min(spreadBounds.most, Math.max(spreadBounds.least, (people / returningPerSecond) * 1000)));

/** What this process has told, and has still to tell of large classes. */
export interface Audience {
  /** Present by lesson, as last counted. */
  present: Map<string, number>;
  people: Map<string, Set<string>>;
  /** The same of what every process hears by itself, and tells its own people alone. */
  heard: Map<string, Set<string>>;
}
export const newAudience = (): Audience => ({ present: new Map(), people: new Map(), heard: new Map() });

export function isLarge(live: Live, lessonId: string): boolean {
  const { adapter } = live.io.of('/');
  const sizeOf = (room: string): number => adapter.rooms.get(room)?.size ?? 0;
  // Who only looks makes no class larger.
  const here = sizeOf(lessonRoom(lessonId)) - sizeOf(observerRoom(lessonId));
  return Math.max(here, live.audience.present.get(lessonId) ?? 0) >= largeFrom;
}

function note(waiting: Map<string, Set<string>>, lessonId: string, personId: string): void {
  const people = waiting.get(lessonId);
  if (people) people.add(personId);
  else waiting.set(lessonId, new Set([personId]));
}
/** Somebody of a large class changed; staff are told with the next batch. */
export const tellSoon = (live: Live, lessonId: string, personId: string): void => note(live.audience.people, lessonId, personId);
/** The same, where every process heard of it. */
export const hearSoon = (live: Live, lessonId: string, personId: string): void => note(live.audience.heard, lessonId, personId);

type Told = Pick<Live['io'], 'to'>;

function tellThese(io: Told, lessonId: string, forStaff: readonly Participant[], inView: readonly Participant[]): void {
  if (forStaff.length > 0) io.to(staffRoom(lessonId)).emit('participants:changed', { participants: [...forStaff] });
  for (const one of inView) io.to(lessonRoom(lessonId)).except(staffRoom(lessonId)).emit('participant:changed', publicView(one));
}

/**
 * Everybody hears of those everybody sees; staff of them in one event, and of all others too where they have the whole roster. Where they have pages only those in view are
 * read, who are few, however many changed.
 */
export async function tellPeople(live: Live, lessonId: string, personIds: readonly string[], io: Told = live.io): Promise<void> {
  const em = live.deps.orm.em.fork();
  if (comesInPages(await learnerCountOf(em, lessonId))) {
    const asked = new Set(personIds);
    const inView = (await participantsInView(em, lessonId)).filter(({ personId }) => asked.has(personId));
    return tellThese(io, lessonId, inView, inView);
  }
  for (let from = 0; from < personIds.length; from += peopleAtOnce) {
    const participants = await participantsAmong(em, lessonId, personIds.slice(from, from + peopleAtOnce));
    tellThese(io, lessonId, participants, participants.filter(({ role, onStage }) => isStaff(role) || onStage));
  }
}

/** What is waiting, told now; a step of the clock. */
export async function tellLargeClasses(live: Live): Promise<void> {
  const { people, heard } = live.audience;
  for (const [waiting, io] of [[people, live.io], [heard, live.io.local]] as const) {
    const lessons = [...waiting];
    waiting.clear();
    for (const [lessonId, personIds] of lessons) await tellPeople(live, lessonId, [...personIds], io);
  }
}
