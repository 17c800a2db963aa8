// Short notices between processes over PostgreSQL NOTIFY, sent in the transaction that stores the fact.
import Type, { type Static } from 'typebox';
import { NodeId } from './sfu-control.ts';
import { Closed, Uuid } from './shapes.ts';

export const factChannel = 'keshi_fact';
export const Fact = Type.Union([
  /** A picture came for a check. */
  Closed({ type: Type.Literal('check:answered'), lessonId: Uuid, checkId: Uuid }),
  /** It has its verdict, or another one since a person decided. */
  Closed({ type: Type.Literal('check:settled'), lessonId: Uuid, checkId: Uuid }),
  Closed({ type: Type.Literal('face:enrolled'), personId: Uuid }),
  /** Consented, refused, or without a camera: staff of a lesson the person is in see it at once. */
  Closed({ type: Type.Literal('checkWay:changed'), personId: Uuid }),
  Closed({ type: Type.Literal('recording:changed'), lessonId: Uuid }),
  /** Moved over REST (cancelled, rescheduled): whoever waits inside is told. */
  Closed({ type: Type.Literal('lesson:changed'), lessonId: Uuid }),
  /** A run of an sfu node registered for the first time, or its draining was changed. */
  Closed({ type: Type.Literal('media:nodeChanged'), nodeId: NodeId }),
  /** A media room has another origin: every process tells its own people. */
  Closed({ type: Type.Literal('media:moved'), roomId: Uuid }),
  /** Something was asked by this learner, answered, or solved: staff and the asker are told. */
  Closed({ type: Type.Literal('qa:changed'), lessonId: Uuid, personId: Uuid }),
  /** A class was divided, somebody is in another group, or it ended: every process moves its own people. */
  Closed({ type: Type.Literal('breakout:changed'), lessonId: Uuid }),
]);
export type Fact = Static<typeof Fact>;
