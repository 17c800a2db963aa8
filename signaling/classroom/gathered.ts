// What many do in the same moment, done together: entering, answering a question, one's own part of the picture, whether a seat is still held, how a check of many stands.
import type { CheckBrief } from '#contracts/check.ts';
import type { Participant } from '#contracts/person.ts';
import type { LeftReason } from '#domain/presence/facts.ts';
import type { EntityManager } from '#db/orm.ts';
import { readersApart } from '#db/tenancy.ts';
import { ownChats, type OwnChat } from '#db/queries/chat.ts';
import { checkBriefs } from '#db/queries/checks.ts';
import { keepPointerWords, type ToldPointer } from '#db/queries/courseware-facts.ts';
import { arrayOf } from '#db/queries/lesson-access.ts';
import { participantsAmong } from '#db/queries/participants.ts';
import { ownParts, type OwnPart, type WhoseOwn } from '#db/queries/own-part.ts';
import { inBatches, writesTogether } from '#runtime/batches.ts';
import type { Deps } from '../deps.ts';
import { answerTogether, type AnswerAsk, type Answered } from '../quiz/answering.ts';
import { enterTogether, type EnterAsk, type Entered } from './entering.ts';

export interface SeatRow { gone: boolean; left_reason: LeftReason | null }
export interface Gathered {
  /** Takes the seat, in the order of asking for one person; throws a refusal of one's own. */
  enter(ask: EnterAsk): Promise<Entered>;
  /** Writes an answer, in the order of coming for one person; throws a refusal of one's own. */
  answer(ask: AnswerAsk): Promise<Answered>;
  ownPart(who: WhoseOwn): Promise<OwnPart>;
  ownChat(who: { lessonId: string; personId: string }): Promise<OwnChat>;
  /** The row of a hold as it was after the question; null where there is none. */
  seatRow(connectionId: string): Promise<SeatRow | null>;
  /** A check that was asked in class, and who belongs to the lesson, as staff see them; null where there is none. A class that signs in is heard of by hundreds a second. */
  checkBrief(of: OneOfLesson): Promise<CheckBrief | null>;
  participant(of: OneOfLesson): Promise<Participant | null>;
  /** Keeps where a pointer was, for the film. */
  pointed(word: ToldPointer): Promise<void>;
}
export interface OneOfLesson { lessonId: string; id: string }

/** Each from the one read of its lesson. */
async function eachOfLesson<T>(asked: readonly OneOfLesson[], read: (lessonId: string, ids: string[]) => Promise<T[]>, idOf: (one: T) => string): Promise<(T | null)[]> {
  const found = new Map<string, T>();
  for (const [lessonId, those] of Map.groupBy(asked, (one) => one.lessonId)) {
    for (const one of await read(lessonId, [...new Set(those.map(({ id }) => id))])) found.set(`${lessonId} ${idOf(one)}`, one);
  }
  return asked.map(({ lessonId, id }) => found.get(`${lessonId} ${id}`) ?? null);
}

async function seatRows(em: EntityManager, ids: readonly string[]): Promise<(SeatRow | null)[]> {
  const rows = await em.execute<(SeatRow & { id: string })[]>('select id, left_at is not null as gone, left_reason from connection where id = any(?::uuid[])', [arrayOf([...new Set(ids)])]);
  const found = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => found.get(id) ?? null);
}

export function gather(deps: Pick<Deps, 'orm' | 'now'>): Gathered {
  const { orm, now } = deps;
  const em = (): EntityManager => orm.em.fork();
  return {
    checkBrief: inBatches((asked: OneOfLesson[]) => eachOfLesson(asked, (lessonId, ids) => checkBriefs(em(), lessonId, ids), ({ checkId }) => checkId)),
    participant: inBatches((asked: OneOfLesson[]) => eachOfLesson(asked, (lessonId, ids) => participantsAmong(em(), lessonId, ids), ({ personId }) => personId)),
    enter: readersApart((as) => writesTogether((asks: EnterAsk[]) => as(() => enterTogether(deps, asks)), { groupOf: ({ lessonId }) => lessonId, nameOf: ({ personId }) => personId })),
    answer: writesTogether((asks: AnswerAsk[]) => answerTogether(deps, asks), { groupOf: ({ quizId }) => quizId, nameOf: ({ personId }) => personId, most: 1_000 }),
    ownChat: readersApart((as) => inBatches((asked: { lessonId: string; personId: string }[]) => as(() => ownChats(em(), asked)))),
    ownPart: readersApart((as) => inBatches((asked: WhoseOwn[]) => as(() => ownParts(em(), asked, now())))),
    pointed: inBatches(async (words: ToldPointer[]) => {
      await keepPointerWords(em(), words);
      return words.map(() => undefined);
    }, { atOnce: 1 }),
    seatRow: readersApart((as) => inBatches((ids: string[]) => as(() => seatRows(em(), ids)))),
  };
}
