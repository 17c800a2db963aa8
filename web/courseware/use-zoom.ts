// Two fingers, a double tap or Ctrl and the wheel zoom into a page; one finger moves it while it is large.
import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue';
import { fitted, tappedScale, wholePage, within, zoomedAt, type Box, type Point, type Zoom } from './page-zoom.ts';

export interface UsedZoom {
  box: ShallowRef<Box>; picture: ShallowRef<Box>; page: ComputedRef<Box>; zoom: ShallowRef<Zoom>;
  /** True while the fingers move the page: then they draw nothing. */
  moving(): boolean;
  down(event: PointerEvent): void;
  move(event: PointerEvent, mayPan: boolean): void;
  up(event: PointerEvent): void;
  wheel(event: WheelEvent): void;
  tapped(event: MouseEvent): void;
  reset(): void;
}

export function useZoom(frame: () => HTMLElement | null): UsedZoom {
  const box = shallowRef<Box>({ width: 0, height: 0 });
  const picture = shallowRef<Box>({ width: 0, height: 0 });
  const zoom = shallowRef<Zoom>(wholePage);
  const page = computed(() => fitted(box.value, picture.value));
  const fingers = new Map<number, Point>();
  const put = (next: Zoom): void => { zoom.value = within(next, page.value, box.value); };
  const fromMiddle = ({ clientX, clientY }: { clientX: number; clientY: number }): Point => {
    const rect = frame()?.getBoundingClientRect();
    return rect ? { x: clientX - rect.left - rect.width / 2, y: clientY - rect.top - rect.height / 2 } : { x: 0, y: 0 };
  };
  const spread = (): { length: number; middle: Point } | null => {
    const [one, other] = [...fingers.values()];
    return one && other ? { length: Math.max(1, Math.hypot(one.x - other.x, one.y - other.y)), middle: { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 } } : null;
  };
  return {
    box, picture, page, zoom,
    moving: () => fingers.size > 1,
    down: (event) => { fingers.set(event.pointerId, fromMiddle(event)); },
    move: (event, mayPan) => {
      const before = fingers.get(event.pointerId);
      if (!before) return;
      const [at, was] = [fromMiddle(event), spread()];
      fingers.set(event.pointerId, at);
      const is = spread();
      if (was && is) {
        const grown = zoomedAt(zoom.value, is.length / was.length, was.middle);
        put({ ...grown, x: grown.x + is.middle.x - was.middle.x, y: grown.y + is.middle.y - was.middle.y });
      } else if (mayPan) put({ ...zoom.value, x: zoom.value.x + at.x - before.x, y: zoom.value.y + at.y - before.y });
    },
    up: (event) => { fingers.delete(event.pointerId); },
    wheel: (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      put(zoomedAt(zoom.value, Math.exp(-event.deltaY / 300), fromMiddle(event)));
    },
    tapped: (event) => { put(zoom.value.scale > 1 ? wholePage : zoomedAt(wholePage, tappedScale, fromMiddle(event))); },
    reset: () => { zoom.value = wholePage; },
  };
}
