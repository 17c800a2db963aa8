// Courseware shown and drawn on in a made lesson: rows, facts and pages of known colours, as signaling and the courseware job would have left them.
import sharp from 'sharp';
import { coursewarePageKey } from '#contracts/places.ts';
import type { Stroke } from '#contracts/courseware.ts';
import { Courseware, CoursewareStroke, CoursewareUse } from '#db/entities/courseware.ts';
import { appendEvent, type EntityManager } from '#db/orm.ts';
import { keepPointerWords } from '#db/queries/courseware-facts.ts';
import { newId } from '#domain/id.ts';
import { at, type DeriveWorld, type MadeRecording } from './derive-world.ts';

export type Colour = readonly [red: number, green: number, blue: number];

export class ShownCourseware {
  readonly id = newId();
  readonly #world: DeriveWorld;
  readonly #made: MadeRecording;
  #turn = 0;

  private constructor(world: DeriveWorld, made: MadeRecording) {
    this.#world = world;
    this.#made = made;
  }

  get #em(): EntityManager { return this.#world.db.orm.em.fork(); }

  /** A page of each colour, 16:9; null: its picture is missing. */
  static async create(world: DeriveWorld, made: MadeRecording, pages: readonly (Colour | null)[]): Promise<ShownCourseware> {
    const shown = new ShownCourseware(world, made);
    const { id } = shown;
    const { institutionId, courseId, teacherId } = world.school;
    await shown.#em.insert(Courseware, {
      id, institutionId, courseId, title: '焊接安全.pdf', mark: 'ab'.repeat(32), uploadedBy: teacherId, sizeBytes: 1000, receivedBytes: 1000, kind: 'pdf', status: 'ready', refusal: null,
      pageCount: pages.length, sha256: null, createdAt: at(0), heardAt: at(0), settledAt: at(0), removedAt: null,
    });
    await shown.#em.insert(CoursewareUse, { sessionId: made.sessionId, coursewareId: id, institutionId, lessonId: made.lessonId, page: 1, furthest: pages.length, turn: 1, open: true, changedAt: at(0) });
    for (const [index, colour] of pages.entries()) {
      if (!colour) continue;
      const [r, g, b] = colour;
      const bytes = await sharp({ create: { width: 1920, height: 1080, channels: 3, background: { r, g, b } } }).webp({ quality: 84 }).toBuffer();
      await world.deps.storage.putBytes(coursewarePageKey(id, index + 1, 'page'), bytes);
    }
    return shown;
  }

  /** Null: closed. */
  async turns(ms: number, page: number | null): Promise<void> {
    const { institutionId, lessonId, sessionId } = this.#made;
    const turn = ++this.#turn;
    const fact = { sessionId, coursewareId: this.id, turn, ...(page !== null && { page }) };
    await appendEvent(this.#em, { personId: this.#world.school.teacherId, institutionId }, `lesson:${lessonId}`, page === null ? 'courseware:closed' : 'courseware:turned', at(ms), fact);
  }

  async draws(page: number, fromMs: number, toMs: number | null, line: Omit<Stroke, 'strokeId'>): Promise<void> {
    const { institutionId, sessionId } = this.#made;
    await this.#em.insert(CoursewareStroke, {
      id: newId(), sessionId, coursewareId: this.id, institutionId, page, drawnBy: this.#world.school.teacherId, ...line, pointCount: line.points.length / 2, drawnAt: at(fromMs), erasedAt: toMs === null ? null : at(toMs),
    });
  }

  /** `session` must not have ended in the rows yet: only then does the statement keep it. */
  async points(page: number, ms: number, place: { x: number; y: number } | null): Promise<void> {
    await keepPointerWords(this.#em, [{ lessonId: this.#made.lessonId, coursewareId: this.id, page, at: at(ms), x: place?.x ?? null, y: place?.y ?? null }]);
  }
}
