// What is on stage: which pictures are large, in the corner, or beside, and which tracks arrive at all.
import type { ProducerInfo } from '#contracts/media.ts';
import { kindOfSource, type Source } from '#domain/media.ts';
import { isStaff } from '#domain/roles.ts';
import type { ClassroomState } from './classroom-state.ts';

export const mediaFlows = ({ lesson }: ClassroomState): boolean => lesson.status === 'open' || lesson.status === 'live';

/** Everything but one's own; before the lesson is live only staff see and hear each other. */
export function arrivingProducers(state: ClassroomState): ProducerInfo[] {
  if (!mediaFlows(state) || (state.lesson.status !== 'live' && !isStaff(state.me.role))) return [];
  return state.producers.filter(({ personId }) => personId !== state.me.personId);
}

/** True where this device sends camera and microphone by itself: the lead, the teacher before the start, a learner on stage. */
export function publishes(state: ClassroomState): boolean {
  if (!mediaFlows(state)) return false;
  if (state.me.role === 'student') return state.me.onStage;
  return state.me.leading || (state.lesson.status === 'open' && state.me.role === 'teacher');
}

/** A picture: somebody's, or this device's own. */
export interface Picture { key: string; personId: string; source: Source; producerId: string | null; own: boolean; paused: boolean }
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

/** The lead's screen is large with the camera in the corner; `swapped` turns them round. Everybody else is a guest. */
export function stageOf(state: ClassroomState, ownSources: readonly Source[], swapped: boolean): Stage {
  const pictures = picturesOf(state, ownSources);
  const leadId = leadOf(state, pictures);
  const ofLead = (source: Source): Picture | null => pictures.find((one) => one.personId === leadId && one.source === source) ?? null;
  const screen = ofLead('screen') ?? ofLead('documentCamera');
  const camera = ofLead('camera');
  const [first, second] = screen && camera && swapped ? [camera, screen] : [screen ?? camera, screen ? camera : null];
  const guests = pictures.filter((one) => one !== screen && one !== camera && one.personId !== leadId && (one.source === 'camera' || one.source === 'screen'));
  return { main: first, corner: second, guests, leadId };
}
