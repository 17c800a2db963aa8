// Holes in a recorded lesson over several nodes, by the capture files themselves, and whether the product's own log has each of them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Orm } from '#db/orm.ts';
import { readLoggedStreams, type LoggedStream } from './capture-truth.ts';

export interface RecordingGap { fromMs: number; toMs: number }
export interface LoggedGap extends RecordingGap { interruptionMs: number | null; noted: boolean }

/** So long may no packet be missing between two captures for it to count as one. */
const leastGapMs = 200;

/** Between the end of one capture of the source and the beginning of the next, wherever they were written. */
export function gapsBetween(streams: readonly Pick<LoggedStream, 'firstMs' | 'lastMs'>[]): RecordingGap[] {
  const gaps: RecordingGap[] = [];
  let until: number | null = null;
  for (const { firstMs, lastMs } of streams.toSorted((one, other) => one.firstMs - other.firstMs)) {
    if (until !== null && firstMs - until > leastGapMs) gaps.push({ fromMs: until, toMs: firstMs });
    until = Math.max(until ?? 0, lastMs);
  }
  return gaps;
}

async function streamsIn(dataDir: string, lessonId: string, sessionId: string): Promise<LoggedStream[]> {
  return existsSync(join(dataDir, 'capture', lessonId, sessionId)) ? readLoggedStreams(dataDir, lessonId, sessionId) : [];
}

/** Every line of every timeline of the lesson. */
function timelines(dataDirs: readonly string[], lessonId: string): string {
  return dataDirs.map((dataDir) => join(dataDir, 'capture', lessonId)).filter(existsSync)
    .flatMap((root) => readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('timeline.jsonl')).map((name) => readFileSync(join(root, name), 'utf8'))).join('\n');
}

/** Gaps of the teacher's sound, of which each packet counts, with what the rows and the timeline say of them. */
export async function recordingGaps(orm: Orm, dataDirs: readonly string[], lessonId: string): Promise<{ gaps: LoggedGap[]; captures: number }> {
  const em = orm.em.fork();
  const [session] = await em.execute<{ id: string }[]>('select id from lesson_session where lesson_id = ?', [lessonId]);
  if (!session) throw new Error('the lesson has no session');
  const streams = (await Promise.all(dataDirs.map((dataDir) => streamsIn(dataDir, lessonId, session.id)))).flat().filter(({ source }) => source === 'microphone');
  const rows = await em.execute<{ from_ms: number; to_ms: number | null }[]>(
    'select extract(epoch from started_at)::float8 * 1000 as from_ms, extract(epoch from ended_at)::float8 * 1000 as to_ms from interruption where session_id = ?', [session.id]);
  const notes = timelines(dataDirs, lessonId);
  const gaps = gapsBetween(streams).map((gap): LoggedGap => {
    const over = rows.filter(({ from_ms, to_ms }) => from_ms < gap.toMs + 500 && (to_ms ?? Infinity) > gap.fromMs - 500);
    return {
      ...gap, interruptionMs: over.length > 0 ? Math.round(Math.max(...over.map(({ to_ms }) => to_ms ?? gap.toMs)) - Math.min(...over.map(({ from_ms }) => from_ms))) : null,
      noted: notes.includes('"room:moved"'),
    };
  });
  return { gaps, captures: streams.length };
}
