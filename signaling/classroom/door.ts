// Who waits at a lesson's door, by the sockets of this process: kept in the rows, and told when the answer is another one. Staff are told how the door is.
import { doorMarks, doorsteps, doorView, keepWaiting, quietDoor, removalsOf } from '#db/queries/door.ts';
import type { ClassroomSocket, Live } from './context.ts';
import { lessonsHere } from './here.ts';
import { staffRoom } from './rooms.ts';

/** By lesson: the door as this process's staff were told last; `keptMs`: when those who wait were put down as alive last. */
export interface ToldDoors { marks: Map<string, string>; keptMs: number }
export const newToldDoors = (): ToldDoors => ({ marks: new Map(), keptMs: -Infinity });

const keepEveryMs = 5_000;

/** Staff of every process. */
export async function tellDoor(live: Live, lessonId: string): Promise<void> {
  live.io.to(staffRoom(lessonId)).emit('door:changed', await doorView(live.deps.orm.em.fork(), lessonId, live.deps.now()));
}

/** Why this learner is out of the lesson, told to them alone. */
export async function sayWhyRemoved(live: Live, socket: ClassroomSocket, lessonId: string): Promise<void> {
  const last = (await removalsOf(live.deps.orm.em.fork(), lessonId, socket.data.personId)).at(-1);
  if (last) socket.emit('seat:removed', { reason: last.reason, note: last.note, atMs: Date.parse(last.at) });
}

interface Waiting { socket: ClassroomSocket; lessonId: string; personId: string; fresh: boolean }
const waitingHere = (live: Live): Waiting[] => [...live.io.of('/').sockets.values()].flatMap((socket) => {
  const { atDoor, personId } = socket.data;
  return atDoor ? [{ socket, personId, ...atDoor }] : [];
});

/** Asks those to enter again who would not wait any more. */
async function callIn(live: Live, lessonId: string, waiting: readonly Waiting[]): Promise<void> {
  const em = live.deps.orm.em.fork();
  const [lesson] = await em.execute<{ over: boolean }[]>(`select status in ('ended', 'missed', 'cancelled') as over from lesson where id = ?`, [lessonId]);
  const people = waiting.map(({ personId }) => personId);
  const steps = await doorsteps(em, lessonId, people, new Set(people));
  for (const { socket, personId } of waiting) {
    const waits = !lesson?.over && steps.get(personId)?.answer === 'waits';
    socket.data.atDoor = waits ? { lessonId, fresh: false } : null;
    if (!waits) socket.emit('door:answered', {});
  }
}

/** A step of the clock. Looks closer only where a door is not as it was told last, or somebody waits whom it did not look at yet. */
export async function lookAtDoors(live: Live, told: ToldDoors): Promise<void> {
  const em = live.deps.orm.em.fork();
  const now = live.deps.now();
  const waiting = Map.groupBy(waitingHere(live), ({ lessonId }) => lessonId);
  const lessonIds = [...new Set([...lessonsHere(live), ...waiting.keys()])];
  if (lessonIds.length === 0) return told.marks.clear();
  if (waiting.size > 0 && now.getTime() - told.keptMs >= keepEveryMs) {
    await keepWaiting(em, [...waiting.values()].flat(), now);
    told.keptMs = now.getTime();
  }
  const marks = await doorMarks(em, lessonIds, now);
  for (const lessonId of told.marks.keys()) if (!marks.has(lessonId)) told.marks.delete(lessonId);
  for (const [lessonId, mark] of marks) {
    const changed = (told.marks.get(lessonId) ?? quietDoor) !== mark;
    const those = waiting.get(lessonId) ?? [];
    if (changed || those.some(({ fresh }) => fresh)) await callIn(live, lessonId, those);
    if (changed) live.io.local.to(staffRoom(lessonId)).emit('door:changed', await doorView(em, lessonId, now));
    told.marks.set(lessonId, mark);
  }
}
