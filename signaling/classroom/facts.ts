// Facts of other processes, passed on to the people here they concern. Every process hears each fact itself.
import type { Fact } from '#contracts/facts.ts';
import { Recording } from '#db/entities/recording.ts';
import { publicView } from '#db/queries/participants.ts';
import { lessonState } from '#db/queries/lesson-state.ts';
import { qaCountOf } from '#db/queries/qa.ts';
import { tellHowItStands } from '../check/telling.ts';
import { hearSoon, isLarge } from './audience.ts';
import type { Live } from './context.ts';
import { lessonsHere } from './here.ts';
import { lessonRoom, seatRoom, staffRoom } from './rooms.ts';

async function tellLocally(live: Live, lessonId: string, personId: string): Promise<void> {
  if (isLarge(live, lessonId)) return hearSoon(live, lessonId, personId);
  const participant = await live.gathered.participant({ lessonId, id: personId });
  if (!participant) return;
  live.io.local.to(staffRoom(lessonId)).emit('participant:changed', participant);
  live.io.local.to(seatRoom(lessonId, personId)).emit('participant:changed', publicView(participant));
}

/** Staff and the asker alone: a large class is not told of each question. */
async function tellQuestions(live: Live, lessonId: string, askerId: string): Promise<void> {
  const concerned = [staffRoom(lessonId), seatRoom(lessonId, askerId)];
  if (!concerned.some((room) => live.io.of('/').adapter.rooms.has(room))) return;
  const { unsolved } = await qaCountOf(live.deps.orm.em.fork(), lessonId);
  live.io.local.to(concerned).emit('qa:changed', { unsolved });
}

export async function passOn(live: Live, fact: Fact): Promise<void> {
  switch (fact.type) {
    case 'check:answered':
      await tellHowItStands(live, fact.type, fact.lessonId, fact.checkId);
      return;
    case 'check:settled': {
      const personId = await tellHowItStands(live, fact.type, fact.lessonId, fact.checkId);
      if (personId) await tellLocally(live, fact.lessonId, personId);
      return;
    }
    case 'face:enrolled':
    case 'checkWay:changed':
      for (const lessonId of lessonsHere(live)) await tellLocally(live, lessonId, fact.personId);
      return;
    case 'recording:changed': {
      const [recording] = await live.deps.orm.em.fork().find(Recording, { lessonId: fact.lessonId, groupId: null }, { orderBy: { createdAt: 'desc' }, limit: 1 });
      if (recording) live.io.local.to(lessonRoom(fact.lessonId)).emit('recording:changed', { status: recording.status });
      return;
    }
    case 'qa:changed':
      await tellQuestions(live, fact.lessonId, fact.personId);
      return;
    case 'breakout:changed':
      await live.groups.follow(fact.lessonId);
      return;
    case 'media:nodeChanged':
    case 'media:moved':
      live.media.look();
      return;
    case 'lesson:changed':
      live.io.local.to(lessonRoom(fact.lessonId)).emit('lesson:changed', await lessonState(live.deps.orm.em.fork(), fact.lessonId));
  }
}
