// Chapters of a unit's files: screens from the capture, questions and stage visits from the rows.
import type { Chapter, Gap } from '#contracts/recording.ts';
import type { EntityManager } from '#db/orm.ts';
import { merged, type Span } from '../recording/spans.ts';
import type { SyncFigures } from '../recording/model.ts';

/** Server time, ms. */
export interface Moment { atMs: number; kind: 'quiz' | 'stage'; label: string }

/** When questions were opened (label: their wording) and learners came on stage (label: their name). */
export async function momentsOf(em: EntityManager, lessonId: string): Promise<Moment[]> {
  const rows = await em.execute<{ kind: Moment['kind']; at: string | Date; label: string }[]>(
    `select 'quiz' as kind, z.opened_at as at, q.prompt as label from quiz z join question q on q.id = z.question_id where z.lesson_id = ?
     union all
     select 'stage', v.accepted_at, p.name from stage_visit v join lesson_session s on s.id = v.session_id join person p on p.id = v.person_id
     where s.lesson_id = ? and v.accepted_at is not null order by 2`, [lessonId, lessonId]);
  return rows.map(({ kind, at, label }) => ({ kind, atMs: new Date(at).getTime(), label }));
}

/** Chapters within [fromMs, toMs), ms from `fromMs`, by time: one at the start, one where a screen comes on, one for each moment. No two at one instant. */
export function chaptersOf(span: Span, screens: readonly Span[], moments: readonly Moment[]): Chapter[] {
  const all = [...merged(screens).map(({ fromMs }) => ({ atMs: fromMs, kind: 'screen' as const, label: '' })), ...moments]
    .filter(({ atMs }) => atMs >= span.fromMs && atMs < span.toMs)
    .map((chapter): Chapter => ({ ...chapter, atMs: Math.round(chapter.atMs - span.fromMs) }));
  const chapters = new Map<number, Chapter>([[0, { atMs: 0, kind: 'start', label: '' }]]);
  for (const chapter of all) chapters.set(chapter.atMs, chapter);
  return [...chapters.values()].sort((one, other) => one.atMs - other.atMs);
}

/** Gaps (server time) within [fromMs, toMs), ms from `fromMs`; what chunks on both sides of an edge tell of the same reason is one gap. */
export function gapsIn(span: Span, gaps: readonly Gap[]): Gap[] {
  const byReason = Map.groupBy(gaps, ({ reason }) => reason);
  return [...byReason].flatMap(([reason, own]) => merged(own.map(({ fromMs, toMs }) => ({ fromMs, toMs })))
    .map(({ fromMs, toMs }): Gap => ({ fromMs: Math.round(Math.max(fromMs, span.fromMs) - span.fromMs), toMs: Math.round(Math.min(toMs, span.toMs) - span.fromMs), reason }))
    .filter(({ fromMs, toMs }) => toMs > fromMs))
    .sort((one, other) => one.fromMs - other.fromMs);
}

/** Figures of several chunks as those of one file: the worst offset, the sums of what was counted. */
export function syncOf(figures: readonly SyncFigures[]): SyncFigures {
  const sum = (of: (one: SyncFigures) => number): number => figures.reduce((total, one) => total + of(one), 0);
  const most = (of: (one: SyncFigures) => number): number => figures.reduce((largest, one) => Math.max(largest, of(one)), 0);
  return {
    maxAudioVideoOffsetMs: most((one) => one.maxAudioVideoOffsetMs), streamsWithoutReports: most((one) => one.streamsWithoutReports),
    usedReports: sum((one) => one.usedReports), rejectedReports: sum((one) => one.rejectedReports), receivedPackets: sum((one) => one.receivedPackets),
    lostPackets: sum((one) => one.lostPackets), recoveredPackets: sum((one) => one.recoveredPackets), damagedBytes: sum((one) => one.damagedBytes),
  };
}
