// What endangers the recordings of a lesson now, of the class and of its groups; each media node tells it again whenever the line to it is new.
import type { CaptureTrouble } from '#contracts/recording.ts';
import { isClassMedia } from './rooms.ts';

interface Room { roomId: string; lessonId: string }
/** What a room was told of last, by which node in which epoch of it. */
interface Told extends Room { nodeId: string; epoch: number; troubles: CaptureTrouble[] }

/** A learner's phone that falls silent within a group is no alarm for the teacher, who is elsewhere. */
const ofGroups = (troubles: readonly CaptureTrouble[]): CaptureTrouble[] => troubles.filter((trouble) => trouble !== 'capture_silent');

export class RecordingTroubles {
  readonly #rooms = new Map<string, Told>();

  /** Of the whole lesson, each once. */
  of(lessonId: string): CaptureTrouble[] {
    return [...new Set([...this.#rooms.values()].filter((told) => told.lessonId === lessonId).flatMap(({ troubles }) => troubles))];
  }

  /** Lessons in trouble. */
  get lessons(): { lessonId: string; troubles: CaptureTrouble[] }[] {
    return [...new Set([...this.#rooms.values()].map(({ lessonId }) => lessonId))].map((lessonId) => ({ lessonId, troubles: this.of(lessonId) })).filter(({ troubles }) => troubles.length > 0);
  }

  tell({ roomId, lessonId }: Room, { nodeId, epoch }: { nodeId: string; epoch: number }, troubles: readonly CaptureTrouble[]): void {
    this.#rooms.set(roomId, { roomId, lessonId, nodeId, epoch, troubles: isClassMedia({ roomId, lessonId }) ? [...troubles] : ofGroups(troubles) });
  }

  /** Forgets what was told of these rooms; answers the lessons that were in trouble. */
  forget(which: (told: Readonly<Told>) => boolean): string[] {
    const forgotten = [...this.#rooms.values()].filter(which);
    for (const { roomId } of forgotten) this.#rooms.delete(roomId);
    return [...new Set(forgotten.filter(({ troubles }) => troubles.length > 0).map(({ lessonId }) => lessonId))];
  }
}
