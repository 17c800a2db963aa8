// Long without a touch: asked once whether somebody is there; without an answer the seat ends, and with it the credit (R141).
import { packByName, packs } from '#domain/rules/packs.ts';
import { arrayOf } from '#db/queries/lesson-access.ts';
import { idleInForce } from '#runtime/rules-in-force.ts';
import type { ClassroomSocket, Live, Seat } from '../classroom/context.ts';
import { leaveSeat } from '../classroom/requests.ts';

/** Nobody is asked earlier under any pack. */
const leastMs = ({ deps: { config } }: Live): number => Math.min(...packs.map(({ presence }) => idleInForce(presence, config).idleAskAfterMs ?? Infinity));

interface Running { lesson_id: string; rule_pack: string; started: number }
interface Answered { lesson_id: string; person_id: string; at: number }
type Quiet = { socket: ClassroomSocket; seat: Seat };

const keyOf = (lessonId: string, personId: string): string => `${lessonId} ${personId}`;

function quietHere(live: Live, nowMs: number): Quiet[] {
  const least = leastMs(live);
  return [...live.io.of('/').sockets.values()].flatMap((socket) => {
    const { seat } = socket.data;
    return seat?.role === 'student' && nowMs - (seat.activeMs ??= nowMs) >= least ? [{ socket, seat }] : [];
  });
}

const idsOf = (quiet: readonly Quiet[], id: 'lessonId' | 'personId'): string => arrayOf([...new Set(quiet.map(({ seat }) => seat[id]))]);

async function runningOf(live: Live, quiet: readonly Quiet[]): Promise<Map<string, Running>> {
  const rows = await live.deps.orm.em.fork().execute<Running[]>(
    `select lesson_id, rule_pack, (extract(epoch from started_at) * 1000)::float8 as started from lesson_session where ended_at is null and lesson_id = any(?::uuid[])`, [idsOf(quiet, 'lessonId')]);
  return new Map(rows.map((row) => [row.lesson_id, row]));
}

/** Whose face was just seen is there, without a touch. */
async function answeredBy(live: Live, quiet: readonly Quiet[]): Promise<Map<string, number>> {
  if (quiet.length === 0) return new Map();
  const rows = await live.deps.orm.em.fork().execute<Answered[]>(
    `select lesson_id, person_id, (extract(epoch from max(answered_at)) * 1000)::float8 as at from face_check
     where lesson_id = any(?::uuid[]) and person_id = any(?::uuid[]) and answered_at is not null group by lesson_id, person_id`, [idsOf(quiet, 'lessonId'), idsOf(quiet, 'personId')]);
  return new Map(rows.map((row) => [keyOf(row.lesson_id, row.person_id), row.at]));
}

async function end(live: Live, { socket, seat }: Quiet): Promise<void> {
  live.deps.log.info({ lessonId: seat.lessonId, personId: seat.personId, connectionId: seat.connectionId }, 'seat ended: nobody answered');
  await leaveSeat(live, socket, 'idle');
  socket.emit('seat:idle', { atMs: live.deps.now().getTime() });
}

/** Learners of running lessons who sit at this process. Of those whose pack never asks nothing more is read: they may be many, and for hours. */
export async function askIdle(live: Live): Promise<void> {
  const nowMs = live.deps.now().getTime();
  const quiet = quietHere(live, nowMs);
  if (quiet.length === 0) return;
  const sessions = await runningOf(live, quiet);
  const rules = new Map([...sessions].map(([lessonId, { rule_pack: name }]) => [lessonId, idleInForce(packByName(name).presence, live.deps.config)]));
  const longQuiet = quiet.filter(({ seat }) => {
    const session = sessions.get(seat.lessonId);
    if (!session) return false;
    seat.activeMs = Math.max(seat.activeMs ?? nowMs, session.started);
    const limit = rules.get(seat.lessonId)?.idleAskAfterMs ?? Infinity;
    if (nowMs - seat.activeMs < limit) seat.askedUntilMs = null;
    return nowMs - seat.activeMs >= limit;
  });
  const answered = await answeredBy(live, longQuiet);
  for (const one of longQuiet) {
    const { socket, seat } = one;
    const { idleAskAfterMs, idleAnswerWithinMs } = rules.get(seat.lessonId)!;
    seat.activeMs = Math.max(seat.activeMs ?? nowMs, answered.get(keyOf(seat.lessonId, seat.personId)) ?? 0);
    if (nowMs - seat.activeMs < (idleAskAfterMs ?? Infinity)) seat.askedUntilMs = null;
    else if (!seat.askedUntilMs) {
      seat.askedUntilMs = nowMs + idleAnswerWithinMs;
      socket.emit('presence:asked', { deadlineMs: seat.askedUntilMs });
    } else if (nowMs >= seat.askedUntilMs) await end(live, one);
  }
}
