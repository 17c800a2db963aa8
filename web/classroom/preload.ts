// Fetches what the classroom needs while the person is still looking at another page, so that entering takes no detour.
import { preloadMedia } from './media-device.ts';

export function preloadClassroom(): void {
  // What fails here is fetched again, and reported, when it is needed.
  import('./ClassroomPage.vue').catch(() => undefined);
  preloadMedia().catch(() => undefined);
}
