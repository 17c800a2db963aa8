// What is on stage: which pictures are large, in the corner, or beside, and which tracks arrive at all.
import type { ProducerInfo } from '#contracts/media.ts';
import { kindOfSource, type Source } from '#domain/media.ts';
import { isStaff } from '#domain/roles.ts';
import type { ClassroomState } from './classroom-state.ts';

export const mediaFlows = ({ lesson }: ClassroomState): boolean => lesson.status === 'open' || lesson.status === 'live';

/** Everything but what this device sends itself; one's own phone as document camera is another device. Before the lesson is live only staff see and hear each other. */
export function arrivingProducers(state: ClassroomState): ProducerInfo[] {
  if (!mediaFlows(state) || (state.lesson.status !== 'live' && !isStaff(state.me.role))) return [];
  return state.producers.filter(({ personId, source }) => personId !== state.me.personId || source === 'documentCamera');
}

/** True where this device sends camera and microphone by itself: the lead, the teacher before the start, a learner on stage. */
export function publishes(state: ClassroomState): boolean {
  if (!mediaFlows(state)) return false;
  if (state.me.role === 'student') return state.me.onStage;
  return state.me.leading || (state.lesson.status === 'open' && state.me.role === 'teacher');
}

/** A picture: somebody's, or this device's own. */
export interface Picture { key: string; personId: string; source: Source; producerId: string | null; own: boolean; paused: boolean }
/** `guests`: in the row below: learners on stage, and what else the lead shows. */
export interface Stage { main: Picture | null; corner: Picture | null; guests: Picture[]; leadId: string | null }

function picturesOf(state: ClassroomState, ownSources: readonly Source[]): Picture[] {
  const own = ownSources.filter((source) => kindOfSource(source) === 'video')
    .map((source): Picture => ({ key: `own-${source}`, personId: state.me.personId, source, producerId: null, own: true, paused: false }));
  const others = arrivingProducers(state).filter(({ kind }) => kind === 'video')
    .map(({ producerId, personId, source, paused }): Picture => ({ key: `${personId}-${source}`, personId, source, producerId, own: false, paused }));
  return [...own, ...others];
}

/** Who leads; before the lesson is live the first of the staff who shows something. */
function leadOf(state: ClassroomState, pictures: readonly Picture[]): string | null {
  if (state.lead) return state.lead.personId;
  const staff = new Set([...state.lesson.teachers, ...state.participants.filter(({ role }) => isStaff(role))].map(({ personId }) => personId));
  return pictures.find(({ personId }) => staff.has(personId))?.personId ?? null;
}

/**
 * The lead's document camera or screen is large with the camera in the corner, or the other way round where the lead chose so; `swapped` turns them round once more, here alone.
 * A screen behind a document camera stands in the row with everybody else.
 */
export function stageOf(state: ClassroomState, ownSources: readonly Source[], swapped: boolean): Stage {
  const pictures = picturesOf(state, ownSources);
  // In a group all are alike.
  if (state.breakout?.ownGroupId) return { main: null, corner: null, guests: pictures, leadId: null };
  const leadId = leadOf(state, pictures);
  const ofLead = (source: Source): Picture | null => pictures.find((one) => one.personId === leadId && one.source === source) ?? null;
  // Whoever takes the phone in hand wants it to be seen: it goes before a screen, as in the replay (worker/compose/layout.ts).
  const shown = ofLead('documentCamera') ?? ofLead('screen');
  const camera = ofLead('camera');
  const cameraFirst = (state.recordingLayout === 'cameraLarge') !== swapped;
  const [first, second] = shown && camera && cameraFirst ? [camera, shown] : [shown ?? camera, shown ? camera : null];
  const guests = pictures.filter((one) => one !== shown && one !== camera && (one.personId !== leadId || one.source === 'screen'));
  return { main: first, corner: second, guests, leadId };
}
