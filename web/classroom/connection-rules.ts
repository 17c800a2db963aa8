// What is asked again after a cut, how long an answer may take, and which refusals make entering pointless.
import type { SocketRequests } from '#contracts/socket.ts';
import type { RequestErrorCode } from './request-error.ts';

type RequestName = keyof SocketRequests;

/** Requests whose repetition the server answers like the first one, and how long they are worth repeating, ms. */
const repeatable: Partial<Record<RequestName, number>> = {
  'quiz:answer': 60_000, 'chat:send': 60_000, 'hand:raise': 20_000, 'hand:lower': 20_000, 'stage:answer': 20_000, 'stage:leave': 20_000,
  'stage:invite': 20_000, 'lesson:start': 20_000, 'lesson:end': 30_000, 'lesson:takeOver': 20_000, 'lesson:roster': 20_000,
  'door:set': 20_000, 'microphone:lock': 20_000, 'quiz:close': 20_000, 'quiz:results': 20_000, 'quiz:sets': 20_000, 'quiz:bank': 20_000, 'check:list': 20_000, 'pick:list': 20_000,
  'chat:mute': 20_000, 'chat:rule': 20_000, 'chat:delete': 20_000, 'chat:pin': 20_000, 'companion:read': 20_000, 'companion:end': 20_000, 'private:send': 60_000, 'private:list': 20_000,
};
export const repeatForMs = (name: RequestName): number => repeatable[name] ?? 0;

/** Entering may wait its turn: it is given up only when the server has said nothing for so long, neither answer nor place in the line. */
export const silenceMs = 8_000;
/** So many tries in a row without ever a line, and one asks whether it is WebSocket that does not get through. */
export const triesBeforeAsking = 3;

/** Media requests fail fast: recovery starts from the beginning anyway. */
export const timeoutOf = (name: RequestName): number => (name.startsWith('media:') ? 5000 : name === 'lesson:enter' ? 900_000 : 8000);

/** Refusals that say nothing about the request itself: the line or the seat was gone. */
export const isPassing = (code: RequestErrorCode): boolean => code === 'unreachable' || code === 'not_entered';

const final: readonly RequestErrorCode[] = [
  'unauthenticated', 'forbidden', 'not_found', 'not_enrolled', 'wrong_lesson', 'lesson_not_open', 'lesson_ended', 'lesson_cancelled', 'identity_missing', 'identity_denied', 'consent_missing', 'bad_request',
  'door_locked', 'removed_from_lesson',
];
/** True where trying to enter again by itself cannot help. */
export const endsEntering = (code: RequestErrorCode): boolean => final.includes(code);
