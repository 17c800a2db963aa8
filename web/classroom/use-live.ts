// The classroom a component stands in.
import { inject } from 'vue';
import { liveClassroomKey, type LiveClassroom } from './LiveClassroom.ts';

export function useLive(): LiveClassroom {
  const live = inject(liveClassroomKey);
  if (!live) throw new TypeError('outside of a classroom');
  return live;
}
