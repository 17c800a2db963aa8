// The media rooms of a lesson on the sfu nodes: opened, captured and closed as the rows say.
import type { ProducerInfo } from '#contracts/media.ts';
import type { SfuProducer } from '#contracts/sfu-control.ts';
import { DomainError } from '#domain/errors.ts';
import { mediaRefusal } from '#domain/stage.ts';
import { LessonSession } from '#db/entities/lesson.ts';
import { Recording } from '#db/entities/recording.ts';
import { unitOfWork } from '#db/orm.ts';
import { isGroupRecorded } from '#db/queries/breakouts.ts';
import { lessonWithSession, liveSession } from '#db/queries/lesson-state.ts';
import { mediaRoomsOf, type MediaRoomId } from '#db/queries/media-rooms.ts';
import type { Live } from './context.ts';
import { classMedia, isClassMedia, lessonRoom, mediaRoomOf, staffRoom } from './rooms.ts';

/** A peer of a lesson's room is a person. */
export const producerInfo = ({ peerId, ...rest }: SfuProducer): ProducerInfo => ({ ...rest, personId: peerId });

/** What of the room is recorded: everything exactly while the lesson is live; of a group while it lasts, where its division is recorded. Throws where the lesson has no room. */
export async function captureOf(live: Live, room: MediaRoomId): Promise<{ lessonId: string; sessionId: string } | null> {
  const { lessonId } = room;
  const em = live.deps.orm.em.fork();
  const { lesson, session } = await lessonWithSession(em, lessonId);
  const refused = mediaRefusal(lesson.status);
  if (refused) throw new DomainError(refused, `no media while the lesson is ${lesson.status}`);
  if (!lesson.recorded || !session || session.endedAt) return null;
  return isClassMedia(room) || await isGroupRecorded(em, room.roomId) ? { lessonId, sessionId: session.id } : null;
}

/** Opens the room or finds it open. Throws media_unavailable, media_full, and where the door is not open. */
export async function openMediaRoom(live: Live, room: MediaRoomId): Promise<ProducerInfo[]> {
  return (await live.media.openRoom(room, await captureOf(live, room))).map(producerInfo);
}

/** Adds a line to the recording's timeline; a recording without it is still a recording. */
export async function noteInRecording(live: Live, lessonId: string, type: string, data: Record<string, unknown>): Promise<void> {
  if (!live.media.available) return;
  await live.media.note(mediaRoomOf(lessonId), type, data)
    .catch((error: unknown) => live.deps.log.warn({ err: error, lessonId, note: type }, 'timeline note was not taken'));
}

/** Puts the present layout into the timeline: at the start, and wherever the node begins a new one. */
export async function noteLayout(live: Live, lessonId: string): Promise<void> {
  const session = await liveSession(live.deps.orm.em.fork(), lessonId);
  if (session) await noteInRecording(live, lessonId, 'recording:layout', { layout: session.layout });
}

/** To this process's staff of the lesson: what endangers its recordings. */
export function tellHealth(live: Live, lessonId: string): void {
  live.io.local.to(staffRoom(lessonId)).emit('recording:health', { troubles: live.troubles.of(lessonId) });
}

/** Seals the session's captures and hands the recording to the worker, which finds it by its row. Asked again it changes nothing. */
export async function finishMedia(live: Live, sessionId: string): Promise<void> {
  const { orm, log, now } = live.deps;
  const session = await orm.em.fork().findOneOrFail(LessonSession, { id: sessionId });
  const { lessonId, institutionId } = session;
  await live.media.closeRoom(mediaRoomOf(lessonId)).then(
    (captures) => log.info({ lessonId, sessionId, captures }, 'room closed'),
    (error: unknown) => log.warn({ err: error, lessonId, sessionId }, 'room could not be closed: what is on disk is the recording'));
  const recording = await unitOfWork(orm, { personId: null, institutionId }, async (em) => {
    const row = await em.findOne(Recording, { sessionId, groupId: null });
    if (row) await em.nativeUpdate(Recording, { id: row.id, status: 'recording' }, { status: 'processing' });
    return row;
  });
  if (!recording) return;
  live.io.to(lessonRoom(lessonId)).emit('recording:changed', { status: 'processing' });
  log.info({ lessonId, sessionId, recordingId: recording.id, at: now().toISOString() }, 'recording handed over');
}

/** Closes all that one person sends; the node tells everybody. Where the node is away, nothing is sent either. */
export async function closeProducersOf(live: Live, lessonId: string, personId: string): Promise<void> {
  if (!live.media.available) return;
  const roomId = mediaRoomOf(lessonId);
  try {
    const producers = await openMediaRoom(live, classMedia(lessonId));
    for (const { producerId } of producers.filter((one) => one.personId === personId)) {
      await live.media.askSeat('producer:close', { roomId, peerId: personId, producerId });
    }
  } catch (error) {
    live.deps.log.warn({ err: error, lessonId, personId }, 'what was sent could not be closed');
  }
}

/** A microphone as it is now, and the room where it is heard. */
export interface Muted { producer: ProducerInfo; room: MediaRoomId }

/** Pauses the microphones of these people at the node, in the class and in groups; answers them as they are now. Where the node is away nothing is heard either. */
export async function muteMicrophonesOf(live: Live, lessonId: string, personIds: readonly string[]): Promise<Muted[]> {
  if (!live.media.available || personIds.length === 0) return [];
  const muted: Muted[] = [];
  for (const roomId of await mediaRoomsOf(live.deps.orm.em.fork(), lessonId, personIds)) {
    for (const producer of await muteIn(live, { roomId, lessonId }, personIds)) muted.push({ producer, room: { roomId, lessonId } });
  }
  return muted;
}

async function muteIn(live: Live, room: MediaRoomId, personIds: readonly string[]): Promise<ProducerInfo[]> {
  const { roomId, lessonId } = room;
  const muted: ProducerInfo[] = [];
  const producers = await openMediaRoom(live, room).catch((error: unknown) => {
    live.deps.log.warn({ err: error, lessonId }, 'microphones could not be looked for');
    return [];
  });
  for (const producer of producers.filter(({ source, personId }) => source === 'microphone' && personIds.includes(personId))) {
    const { personId, producerId } = producer;
    await live.media.askSeat('producer:pause', { roomId, peerId: personId, producerId }).then(
      () => muted.push({ ...producer, paused: true }),
      (error: unknown) => live.deps.log.warn({ err: error, lessonId, personId }, 'a microphone could not be muted'));
  }
  return muted;
}
