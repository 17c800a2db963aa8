// Holes in a recorded lesson over several nodes, by the capture files themselves, and whether the product's own log has each of them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Orm } from '#db/orm.ts';
import { readLoggedStreams, type LoggedStream } from './capture-truth.ts';

export interface RecordingGap { fromMs: number; toMs: number }
/** `loggedMs`: how much of it lies within interruptions the product wrote down. */
export interface LoggedGap extends RecordingGap { loggedMs: number; noted: boolean }

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

/** Ms of the gap that lie under any of the spans; an open span has no end. */
export function coveredMs({ fromMs, toMs }: RecordingGap, spans: readonly { fromMs: number; toMs: number | null }[]): number {
  let [covered, until] = [0, fromMs];
  for (const span of spans.toSorted((one, other) => one.fromMs - other.fromMs)) {
    const [from, to] = [Math.max(until, span.fromMs), Math.min(toMs, span.toMs ?? toMs)];
    if (to <= from) continue;
    covered += to - from;
    until = to;
  }
  return Math.round(covered);
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
  const spans = rows.map(({ from_ms, to_ms }) => ({ fromMs: from_ms, toMs: to_ms }));
  const gaps = gapsBetween(streams).map((gap): LoggedGap => ({ ...gap, loggedMs: coveredMs(gap, spans), noted: notes.includes('"room:moved"') }));
  return { gaps, captures: streams.length };
}
