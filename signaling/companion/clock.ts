// What time does to companions: they end with the seat they hang on, a phone that stays away gives its media up, a media seat that is void is taken anew.
import { companionAwayMs, ownerGone, type CompanionEnd } from '#domain/companion.ts';
import { lastSeenEveryMs, seatKeptMs, seatLeaseMs } from '#domain/seat.ts';
import { platform, unitOfWork } from '#db/orm.ts';
import { arrayOf } from '#db/queries/lesson-access.ts';
import type { Live } from '../classroom/context.ts';
import { due, type Due } from '../classroom/due-look.ts';
import { phonesOf, type PhoneSocket } from '../classroom/phones.ts';
import { endCompanions, letGo } from './rows.ts';
import { leaveMedia, sendAway, tellOwner } from './telling.ts';

interface Row {
  id: string; lesson_id: string; institution_id: string; person_id: string; connection_id: string | null; seen_at: string | Date | null; used: boolean;
  lesson_over: boolean; held: boolean; left_at: string | Date | null; left_reason: string | null; has_seat: boolean; seated: boolean;
}
type Step = (live: Live, rows: readonly Row[], here: ReadonlyMap<string, PhoneSocket>) => Promise<void>;

const openSql = `select c.id, c.lesson_id, c.institution_id, c.person_id, c.connection_id, c.seen_at, c.used_at is not null as used, s.ended_at is not null as lesson_over,
    exists (select from connection k where k.lesson_id = c.lesson_id and k.person_id = c.person_id and k.left_at is null) as held, last.left_at, last.left_reason,
    m.room_id is not null as has_seat, coalesce(m.epoch = r.epoch, false) as seated
  from companion c join lesson_session s on s.id = c.session_id
    left join lateral (select left_at, left_reason from connection k where k.lesson_id = c.lesson_id and k.person_id = c.person_id and k.left_at is not null order by left_at desc limit 1) last on true
    left join media_seat m on m.room_id = c.lesson_id and m.person_id = c.id left join media_room r on r.room_id = m.room_id
  where c.ended_at is null`;

const companioned = ({ id, lesson_id, person_id }: Row) => ({ companionId: id, lessonId: lesson_id, ownerId: person_id });
const ageMs = ({ seen_at }: Row, now: Date): number => (seen_at ? now.getTime() - new Date(seen_at).getTime() : Infinity);

function endOf(row: Row, now: Date): CompanionEnd | null {
  if (row.lesson_over) return 'lesson_over';
  return ownerGone({ held: row.held, leftAt: row.left_at ? new Date(row.left_at) : null, leftReason: row.left_reason }, now, seatKeptMs) ? 'seat_over' : null;
}

const endOver: Step = async (live, rows) => {
  const now = live.deps.now();
  for (const [reason, over] of Map.groupBy(rows, (row) => endOf(row, now))) {
    if (reason === null) continue;
    const ended = await unitOfWork(live.deps.orm, platform, (em) => endCompanions(em, platform, over.map(({ id }) => id), reason, now));
    await sendAway(live, ended, reason);
    for (const { lessonId, ownerId } of ended) await tellOwner(live, lessonId, ownerId);
  }
};

/** Those whose sockets are here live; their rows say so every few seconds. */
const vouch: Step = async (live, rows, here) => {
  const now = live.deps.now();
  const due = rows.filter((row) => here.has(row.id) && ageMs(row, now) >= lastSeenEveryMs).map(({ id }) => here.get(id)!.data.phone.connectionId);
  if (due.length > 0) await live.deps.orm.em.fork().execute('update companion set seen_at = ? where connection_id = any(?::uuid[])', [now, arrayOf(due)]);
};

/** A process died with the line of a phone. */
const expire: Step = async (live, rows, here) => {
  const now = live.deps.now();
  for (const row of rows) {
    if (row.connection_id === null || here.has(row.id) || ageMs(row, now) < seatLeaseMs) continue;
    const phone = { ...companioned(row), connectionId: row.connection_id, institutionId: row.institution_id };
    if (await letGo(live.deps.orm, phone, new Date(row.seen_at ?? now))) await tellOwner(live, row.lesson_id, row.person_id);
  }
};

const giveUpMedia: Step = async (live, rows) => {
  const now = live.deps.now();
  for (const row of rows) if (row.has_seat && row.connection_id === null && ageMs(row, now) >= companionAwayMs) await leaveMedia(live, companioned(row));
};

/** The room has another origin, or the seat was given up while the phone was away: it comes again. */
function resetVoid(rows: readonly Row[], here: ReadonlyMap<string, PhoneSocket>): void {
  for (const { id, seated } of rows) {
    const socket = here.get(id);
    if (!socket || seated) continue;
    socket.data.joined = false;
    socket.emit('media:reset', {});
  }
}

export const companionsOpen: Due = due('exists (select from companion where ended_at is null)');

/** A step of the clock. */
export async function followCompanions(live: Live): Promise<void> {
  const here = new Map([...phonesOf(live).sockets.values()].map((socket): [string, PhoneSocket] => [socket.data.phone.companionId, socket]));
  // Noted before the rows are read: who joins meanwhile has a seat that these do not show yet.
  const joined = new Set([...here].filter(([, socket]) => socket.data.joined).map(([id]) => id));
  const rows = await live.deps.orm.em.fork().execute<Row[]>(openSql);
  if (rows.length === 0) return;
  await endOver(live, rows, here);
  const left = rows.filter((row) => endOf(row, live.deps.now()) === null);
  for (const step of [vouch, expire, giveUpMedia]) await step(live, left, here);
  resetVoid(left.filter(({ id }) => joined.has(id)), here);
}
