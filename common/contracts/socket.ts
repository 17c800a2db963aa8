// All that a browser may ask over the socket and all it may be told.
import { coursewareEvents, coursewareRequests } from './courseware.ts';
import { chatEvents, chatRequests } from './chat.ts';
import { checkEvents, checkRequests } from './check.ts';
import { doorEvents, doorRequests } from './door.ts';
import { companionEvents, companionRequests } from './companion.ts';
import { handEvents, handRequests, stageEvents, stageRequests } from './hand.ts';
import { lessonEvents, lessonRequests } from './lesson.ts';
import { mediaEvents, mediaRequests } from './media.ts';
import { pickEvents, pickRequests } from './pick.ts';
import { microphoneEvents, microphoneRequests } from './microphone.ts';
import { presenceEvents, presenceRequests } from './presence.ts';
import { privateEvents, privateRequests } from './private.ts';
import { qaEvents } from './qa.ts';
import { recordingEvents, recordingRequests } from './recording.ts';
import { quizEvents, quizRequests } from './quiz.ts';
import { rosterRequests } from './roster.ts';
import { breakoutEvents, breakoutRequests } from './breakout.ts';
import type { ClientToServer, ServerToClient } from './request-table.ts';

export const socketRequests = {
  ...lessonRequests, ...mediaRequests, ...handRequests, ...stageRequests, ...chatRequests, ...quizRequests,
  ...presenceRequests, ...checkRequests, ...recordingRequests, ...pickRequests,
  ...doorRequests, ...microphoneRequests, ...companionRequests,
  ...coursewareRequests,
  ...privateRequests,
  ...rosterRequests,
  ...breakoutRequests,
} as const;
export const socketEvents = {
  ...lessonEvents, ...mediaEvents, ...handEvents, ...stageEvents, ...chatEvents, ...quizEvents, ...checkEvents, ...recordingEvents, ...presenceEvents, ...pickEvents,
  ...qaEvents,
  ...doorEvents, ...microphoneEvents, ...companionEvents,
  ...coursewareEvents, ...privateEvents,
  ...breakoutEvents,
} as const;
export type SocketRequests = typeof socketRequests;
export type SocketEvents = typeof socketEvents;
export type BrowserToServer = ClientToServer<SocketRequests>;
export type ServerToBrowser = ServerToClient<SocketEvents>;
