// Where rooms and seats have their media. One row per room names its origin; every change of it is a compare-and-set on the epoch.
import { platform, tellFact, unitOfWork, type EntityManager, type Orm } from '../orm.ts';
import { arrayOf } from './lesson-access.ts';

/** One run of one node. */
export interface NodeRun { nodeId: string; bootId: string }
/** A media room: the one of a whole lesson, which has its id, or one of several. */
export interface MediaRoomId { roomId: string; lessonId: string }
export interface RoomPlace extends NodeRun, MediaRoomId { epoch: number }
export interface SeatPlace extends RoomPlace { personId: string }
interface Row { room_id: string; lesson_id: string; epoch: number; node_id: string; boot_id: string }

const placeOf = ({ room_id, lesson_id, epoch, node_id, boot_id }: Row): RoomPlace => ({ roomId: room_id, lessonId: lesson_id, epoch, nodeId: node_id, bootId: boot_id });
const placed = 'room_id, lesson_id, epoch, node_id, boot_id';

export async function roomPlace(em: EntityManager, roomId: string): Promise<RoomPlace | null> {
  const [row] = await em.execute<Row[]>(`select ${placed} from media_room where room_id = ?`, [roomId]);
  return row ? placeOf(row) : null;
}

/** Puts a room that is nowhere on this node, at epoch 1; where somebody else was first, theirs is answered. Null: it is gone again. */
export async function placeRoom(orm: Orm, { roomId, lessonId }: MediaRoomId, at: NodeRun): Promise<RoomPlace | null> {
  return unitOfWork(orm, platform, async (em) => {
    await em.execute('insert into media_room (room_id, lesson_id, epoch, node_id, boot_id) values (?, ?, 1, ?, ?) on conflict do nothing', [roomId, lessonId, at.nodeId, at.bootId]);
    return roomPlace(em, roomId);
  });
}

/** Gives the room another origin at the next epoch and voids its seats; null where it is not what `from` says any more. Told to every process. */
export async function moveRoom(orm: Orm, from: RoomPlace, to: NodeRun): Promise<RoomPlace | null> {
  return unitOfWork(orm, platform, async (em) => {
    const [row] = await em.execute<Row[]>(
      `update media_room set epoch = epoch + 1, node_id = ?, boot_id = ?, moved_at = now() where room_id = ? and epoch = ? returning ${placed}`,
      [to.nodeId, to.bootId, from.roomId, from.epoch]);
    if (!row) return null;
    await em.execute('delete from media_seat where room_id = ? and epoch < ?', [row.room_id, row.epoch]);
    await tellFact(em, { type: 'media:moved', roomId: row.room_id });
    return placeOf(row);
  });
}

/** Whether the room got its present origin less than `seconds` ago, by the database's clock. */
export async function movedWithin(em: EntityManager, roomId: string, seconds: number): Promise<boolean> {
  return (await em.execute<unknown[]>(`select 1 from media_room where room_id = ? and moved_at > now() - make_interval(secs => ?)`, [roomId, seconds])).length > 0;
}

/** The room is over: its seats go with it. */
export async function dropRoom(orm: Orm, roomId: string): Promise<void> {
  await unitOfWork(orm, platform, (em) => em.execute('delete from media_room where room_id = ?', [roomId]));
}

/** Rooms of lessons whose door is open. */
export async function openRooms(em: EntityManager): Promise<RoomPlace[]> {
  const rows = await em.execute<Row[]>(`select r.room_id, r.lesson_id, r.epoch, r.node_id, r.boot_id from media_room r join lesson l on l.id = r.lesson_id where l.status in ('open', 'live')`);
  return rows.map(placeOf);
}

/** SQL for the rooms of `leftRooms`. */
export const leftRoomsSql = `select r.room_id from media_room r left join lesson l on l.id = r.lesson_id and l.status in ('open', 'live')
     left join lesson_session s on s.lesson_id = r.lesson_id and s.ended_at > now() - interval '1 minute'
     where l.id is null and s.id is null and r.moved_at < now() - interval '1 minute'`;
/** Rooms whose lesson is over for a minute and more: whoever was to close them did not. */
export async function leftRooms(em: EntityManager): Promise<string[]> {
  const rows = await em.execute<{ room_id: string }[]>(leftRoomsSql);
  return rows.map((row) => row.room_id);
}

/** Takes or changes the seat of one person; false where the room has moved on, so that the seat would be void at once. */
export async function takeMediaSeat(orm: Orm, { roomId, personId, epoch, nodeId, bootId }: Omit<SeatPlace, 'lessonId'>): Promise<boolean> {
  const rows = await unitOfWork(orm, platform, (em) => em.execute<unknown[]>(
    `insert into media_seat (room_id, person_id, epoch, node_id, boot_id) select room_id, ?, epoch, ?, ? from media_room where room_id = ? and epoch = ?
     on conflict (room_id, person_id) do update set epoch = excluded.epoch, node_id = excluded.node_id, boot_id = excluded.boot_id, placed_at = now() returning 1`,
    [personId, nodeId, bootId, roomId, epoch]));
  return rows.length > 0;
}

/** The person's seat as it is written, void or not. */
export async function mediaSeat(em: EntityManager, roomId: string, personId: string): Promise<{ seat: SeatPlace; room: RoomPlace } | null> {
  const [row] = await em.execute<(Row & { origin_epoch: number; origin_node: string; origin_boot: string })[]>(
    `select s.room_id, r.lesson_id, s.epoch, s.node_id, s.boot_id, r.epoch as origin_epoch, r.node_id as origin_node, r.boot_id as origin_boot
     from media_seat s join media_room r using (room_id) where s.room_id = ? and s.person_id = ?`, [roomId, personId]);
  return row ? {
    seat: { ...placeOf(row), personId }, room: { roomId, lessonId: row.lesson_id, epoch: row.origin_epoch, nodeId: row.origin_node, bootId: row.origin_boot },
  } : null;
}

/** Seats of these people that are not void. */
export async function mediaSeats(em: EntityManager, people: readonly { roomId: string; personId: string }[]): Promise<SeatPlace[]> {
  if (people.length === 0) return [];
  const rows = await em.execute<(Row & { person_id: string })[]>(
    `select s.room_id, r.lesson_id, s.person_id, s.epoch, s.node_id, s.boot_id from media_seat s join media_room r on r.room_id = s.room_id and r.epoch = s.epoch
     join jsonb_to_recordset(?::jsonb) as asked("roomId" uuid, "personId" uuid) on asked."roomId" = s.room_id and asked."personId" = s.person_id`,
    [JSON.stringify(people)]);
  return rows.map((row) => ({ ...placeOf(row), personId: row.person_id }));
}

/** Frees the seat where it still is the one meant. */
export async function freeMediaSeat(orm: Orm, { roomId, personId, nodeId, bootId }: Omit<SeatPlace, 'epoch' | 'lessonId'>): Promise<void> {
  await unitOfWork(orm, platform, (em) => em.execute(
    'delete from media_seat where room_id = ? and person_id = ? and node_id = ? and boot_id = ?', [roomId, personId, nodeId, bootId]));
}

/** Nodes that have seats of this room. */
export async function nodesOfRoom(em: EntityManager, room: Pick<RoomPlace, 'roomId' | 'epoch'>): Promise<string[]> {
  const rows = await em.execute<{ node_id: string }[]>('select distinct node_id from media_seat where room_id = ? and epoch = ?', [room.roomId, room.epoch]);
  return rows.map((row) => row.node_id);
}

/** Rooms of this lesson where any of these people has a seat, void or not. */
export async function mediaRoomsOf(em: EntityManager, lessonId: string, personIds: readonly string[]): Promise<string[]> {
  const rows = await em.execute<{ room_id: string }[]>(
    'select distinct s.room_id from media_seat s join media_room r using (room_id) where r.lesson_id = ? and s.person_id = any(?::uuid[])', [lessonId, arrayOf(personIds)]);
  return rows.map((row) => row.room_id);
}
