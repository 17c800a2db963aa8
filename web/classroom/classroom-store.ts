// The classroom as components see it: the state, the line, the media, and short notices.
import { defineStore } from 'pinia';
import type { Static } from 'typebox';
import { computed, shallowRef } from 'vue';
import type { LessonSnapshot } from '#contracts/lesson.ts';
import type { SocketEvents } from '#contracts/socket.ts';
import { isStaff, mayLead } from '#domain/roles.ts';
import { fromSnapshot, reducers, type ClassroomState } from './classroom-state.ts';
import type { LinkPhase, PlaceInLine, ServerEvent } from './link.ts';
import type { LocalTrack, RemoteTrack } from './media-tracks.ts';
import { createMediaTurns } from './media-turns.ts';
import type { RequestErrorCode } from './request-error.ts';

export interface Notice { id: number; tone: 'tell' | 'warn' | 'bad'; key: string }
const noticeShownMs = 6000;
let lastNotice = 0;

/** Applies one event; an event this page does not know changes nothing. */
function applyEvent<K extends ServerEvent['name']>(state: ClassroomState, event: Extract<ServerEvent, { name: K }>): ClassroomState {
  const reduce = reducers[event.name] as ((state: ClassroomState, data: typeof event.data) => ClassroomState) | undefined;
  return reduce ? reduce(state, event.data) : state;
}

export const useClassroom = defineStore('classroom', () => {
  const state = shallowRef<ClassroomState | null>(null);
  const link = shallowRef<{ phase: LinkPhase; code: RequestErrorCode | null }>({ phase: 'connecting', code: null });
  /** Waiting to be let in; null: not waiting. */
  const place = shallowRef<PlaceInLine | null>(null);
  const turns = createMediaTurns();
  const remote = shallowRef<readonly RemoteTrack[]>([]);
  const local = shallowRef<readonly LocalTrack[]>([]);
  const soundBlocked = shallowRef(false);
  /** Raised when the person has asked for sound: every player tries again. */
  const soundTurn = shallowRef(0);
  const notices = shallowRef<readonly Notice[]>([]);
  const role = computed(() => state.value?.me.role ?? null);
  const staff = computed(() => role.value !== null && isStaff(role.value));
  const leader = computed(() => role.value !== null && mayLead(role.value));
  /** Why this learner was taken out of the lesson; null: was not. */
  const removed = shallowRef<Static<SocketEvents['seat:removed']> | null>(null);
  const live = computed(() => state.value?.lesson.status === 'live');

  /** The line is back: everything comes from this snapshot. */
  function enter(snapshot: LessonSnapshot): void { state.value = fromSnapshot(snapshot, state.value); }
  function apply(event: ServerEvent): void { if (state.value) state.value = applyEvent(state.value, event); }
  function change(work: (state: ClassroomState) => ClassroomState): void { if (state.value) state.value = work(state.value); }

  function playSound(): void {
    soundBlocked.value = false;
    soundTurn.value++;
  }
  function dismiss(id: number): void { notices.value = notices.value.filter((notice) => notice.id !== id); }
  /** `key` is a text; the same notice is not shown twice at once. */
  function tell(tone: Notice['tone'], key: string): void {
    if (notices.value.some((notice) => notice.key === key)) return;
    const id = ++lastNotice;
    notices.value = [...notices.value, { id, tone, key }];
    setTimeout(() => dismiss(id), noticeShownMs);
  }
  function clear(): void {
    state.value = null;
    link.value = { phase: 'connecting', code: null };
    place.value = null;
    removed.value = null;
    turns.turnMedia('off', null);
    remote.value = [];
    local.value = [];
    soundBlocked.value = false;
    notices.value = [];
  }
  return { state, link, place, ...turns, remote, local, soundBlocked, soundTurn, notices, role, staff, leader, live, removed, enter, apply, change, tell, dismiss, playSound, clear };
});
