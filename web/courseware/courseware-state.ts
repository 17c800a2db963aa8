// What the classroom's state knows of the page on the stage. Pure: late, doubled and reordered words do no harm.
import type { StageCourseware, Stroke } from '#contracts/courseware.ts';

export interface Pointed { coursewareId: string; page: number; points: number[] }
interface OnPage { coursewareId: string; page: number }
interface Part { courseware: StageCourseware; goneStrokes: string[]; pointed: Pointed | null }

const gonesKept = 600;
const isShown = ({ courseware: { shown } }: Part, { coursewareId, page }: OnPage): boolean => shown?.coursewareId === coursewareId && shown.page === page;
const withStrokes = <S extends Part>(state: S, change: (strokes: Stroke[]) => Stroke[]): S =>
  (state.courseware.shown ? { ...state, courseware: { ...state.courseware, shown: { ...state.courseware.shown, strokes: change(state.courseware.shown.strokes) } } } : state);

/** A turn that is not later than what is shown changes nothing. */
export const withShown = <S extends Part>(state: S, courseware: StageCourseware): S => (courseware.turn <= state.courseware.turn ? state : { ...state, courseware, pointed: null });

export function withDrawn<S extends Part>(state: S, { stroke, ...where }: OnPage & { stroke: Stroke }): S {
  if (!isShown(state, where) || state.goneStrokes.includes(stroke.strokeId)) return state;
  return withStrokes(state, (strokes) => (strokes.some(({ strokeId }) => strokeId === stroke.strokeId) ? strokes : [...strokes, stroke]));
}

export function withErased<S extends Part>(state: S, { strokeIds, ...where }: OnPage & { strokeIds: string[] }): S {
  const gone = { ...state, goneStrokes: [...state.goneStrokes, ...strokeIds].slice(-gonesKept) };
  return isShown(state, where) ? withStrokes(gone, (strokes) => strokes.filter(({ strokeId }) => !strokeIds.includes(strokeId))) : gone;
}

export const withPointed = <S extends Part>(state: S, word: Pointed): S => ({ ...state, pointed: isShown(state, word) && word.points.length > 0 ? word : null });
