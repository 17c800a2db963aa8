// Thrown where a file is not taken: the reason is stored and told in words; nothing is tried again.
import type { CoursewareRefusal } from '#domain/courseware.ts';

export class RefusedFile extends Error {
  readonly refusal: CoursewareRefusal;
  constructor(refusal: CoursewareRefusal, message: string) {
    super(message);
    this.name = 'RefusedFile';
    this.refusal = refusal;
  }
}
