// What events of an evidence file name that must stand in it as well, so that no lesson and no certificate of a class can be left out unseen.
import type { EvidenceEvent } from './evidence-file.ts';

const field = (payload: unknown, name: string): string | null => {
  const value = payload !== null && typeof payload === 'object' && Object.hasOwn(payload, name) ? (payload as Record<string, unknown>)[name] : null;
  return typeof value === 'string' ? value : null;
};

/** The type of the fact in a class's stream that a lesson was added to it. */
export const lessonAddedType = 'cohort:lessonAdded';

/** `stream NAME` of a lesson that was added to the class, `certificate SHA256` of one that was issued in it; null where nothing is named. */
export function namedBy({ stream, type, payload }: Pick<EvidenceEvent, 'stream' | 'type' | 'payload'>): string | null {
  if (!stream.startsWith('cohort:')) return null;
  const lessonId = type === lessonAddedType ? field(payload, 'lessonId') : null;
  if (lessonId !== null) return `stream lesson:${lessonId}`;
  const sha256 = type === 'certificate:issued' || type === 'certificate:reissued' ? field(payload, 'sha256') : null;
  return sha256 === null ? null : `certificate ${sha256}`;
}
