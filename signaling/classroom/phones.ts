// Phones that are somebody's second camera have a namespace of their own: nothing of the classroom is there, so nothing of it can be asked or heard.
import type { DefaultEventsMap, Namespace, Socket } from 'socket.io';
import type { Static } from 'typebox';
import type { PhoneEvents, PhoneReply, PhoneRequests } from '#contracts/companion.ts';
import { companionNamespace } from '#domain/companion.ts';
import type { Live } from './context.ts';

/** A phone on this socket; its row in `companion` is the truth. */
export interface Phone { companionId: string; connectionId: string; lessonId: string; institutionId: string; ownerId: string }
/** `replaced`: the line that held the companion before. `joined`: it has taken a media seat and was not told since that this is void. */
export interface PhoneData { phone: Phone; replaced: string | null; joined: boolean }
type PhoneToServer = { [K in keyof PhoneRequests]: (data: Static<PhoneRequests[K]['data']>, ack: (reply: PhoneReply<K>) => void) => void };
type ServerToPhone = { [K in keyof PhoneEvents]: (data: Static<PhoneEvents[K]>) => void };
export type PhoneNamespace = Namespace<PhoneToServer, ServerToPhone, DefaultEventsMap, PhoneData>;
export type PhoneSocket = Socket<PhoneToServer, ServerToPhone, DefaultEventsMap, PhoneData>;

export const phonesOf = ({ io }: Pick<Live, 'io'>): PhoneNamespace => {
  const untyped: Namespace = io.of(companionNamespace);
  return untyped;
};

/** One companion, in whatever process its phone is connected. */
export const phoneRoom = (companionId: string): string => `companion:${companionId}`;
/** One line of a phone: how an old one is reached without the new one. */
export const phoneLineRoom = (connectionId: string): string => `phone:${connectionId}`;
