// How a large class is told things: figures and batches once a second instead of one event per person to every person.
import { comesInPages, largeFrom } from '#domain/audience.ts';
import { isStaff } from '#domain/roles.ts';
import { learnerCountOf } from '#db/queries/lesson-detail.ts';
import { participantsAmong, publicView } from '#db/queries/participants.ts';
import type { Live } from './context.ts';
import { lessonRoom, staffRoom } from './rooms.ts';

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
  const here = live.io.of('/').adapter.rooms.get(lessonRoom(lessonId))?.size ?? 0;
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

/** Everybody hears of those everybody sees; staff of them in one event, and of all others too where they have the whole roster. */
export async function tellPeople(live: Live, lessonId: string, personIds: readonly string[], io: Pick<Live['io'], 'to'> = live.io): Promise<void> {
  const paged = comesInPages(await learnerCountOf(live.deps.orm.em.fork(), lessonId));
  for (let from = 0; from < personIds.length; from += peopleAtOnce) {
    const participants = await participantsAmong(live.deps.orm.em.fork(), lessonId, personIds.slice(from, from + peopleAtOnce));
    const inView = participants.filter(({ role, onStage }) => isStaff(role) || onStage);
    const told = paged ? inView : participants;
    if (told.length > 0) io.to(staffRoom(lessonId)).emit('participants:changed', { participants: told });
    for (const one of inView) {
      io.to(lessonRoom(lessonId)).except(staffRoom(lessonId)).emit('participant:changed', publicView(one));
    }
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
