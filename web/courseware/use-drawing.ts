// The leader's pen and pointer on the page of the stage: lines are made small and sent once they are drawn, the pointer in words of a few points.
import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import type { ShownPage, Stroke } from '#contracts/courseware.ts';
import { mostStrokePoints, simplified, strokeWidths, type StrokeColour } from '#domain/stroke.ts';
import { useClassroom } from '../classroom/classroom-store.ts';
import { useLive } from '../classroom/use-live.ts';

export interface Drawing {
  hand: Ref<'look' | 'pen' | 'laser'>; colour: Ref<StrokeColour>; width: Ref<Stroke['width']>;
  /** Lines on their way to the server. */
  sending: Readonly<ShallowRef<readonly Stroke[]>>;
  draw(points: number[]): Promise<void>;
  erase(all: boolean): Promise<void>;
  point(points: number[]): void;
  pointAway(): void;
}

const wordEveryMs = 120;
const mostWordNumbers = 40;

export function useDrawing(shown: Readonly<Ref<ShownPage | null>>): Drawing {
  const live = useLive();
  const store = useClassroom();
  const sending = shallowRef<readonly Stroke[]>([]);
  const hand = ref<'look' | 'pen' | 'laser'>('look');
  const colour = ref<StrokeColour>('red');
  const width = ref<Stroke['width']>(strokeWidths[1]);
  const where = (): { coursewareId: string; page: number } | null => (shown.value ? { coursewareId: shown.value.coursewareId, page: shown.value.page } : null);

  async function draw(points: number[]): Promise<void> {
    const place = where();
    const small = simplified(points);
    if (!place) return;
    const stroke: Stroke = { strokeId: crypto.randomUUID(), colour: colour.value, width: width.value, points: small.slice(0, 2 * mostStrokePoints) };
    sending.value = [...sending.value, stroke];
    const reply = await live.ask('courseware:draw', { ...place, stroke });
    if (reply) store.apply({ name: 'courseware:drawn', data: { ...place, stroke: reply.stroke } });
    sending.value = sending.value.filter(({ strokeId }) => strokeId !== stroke.strokeId);
  }
  async function erase(all: boolean): Promise<void> {
    const place = where();
    const reply = place && (await live.ask('courseware:erase', { ...place, all }));
    if (place && reply) store.apply({ name: 'courseware:erased', data: { ...place, strokeIds: reply.strokeIds } });
  }

  let word: number[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  // Nobody is told that a pointer's word was lost: the next one is as good.
  const say = (points: number[]): void => {
    const place = where();
    if (place) live.request('courseware:point', { ...place, points }).catch(() => undefined);
  };
  function point(points: number[]): void {
    word = [...word, ...points].slice(-mostWordNumbers);
    timer ??= setTimeout(() => {
      timer = undefined;
      say(word);
      word = [];
    }, wordEveryMs);
  }
  function pointAway(): void {
    clearTimeout(timer);
    timer = undefined;
    word = [];
    say([]);
  }
  onScopeDispose(() => clearTimeout(timer));
  return { hand, colour, width, sending, draw, erase, point, pointAway };
}
