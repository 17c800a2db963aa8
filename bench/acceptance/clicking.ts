// Clicks on a lesson's page and on a unit's first segment, all within one second each: the crowd of bench http against the given address.
import { seededRandom } from '#runtime/seeded-random.ts';
import type { Kind } from '../http/clicks.ts';
import { CrowdOfProcesses, everybody, type Measured } from '../http/crowd.ts';
import { percentile } from '../statistics.ts';
import type { Clicks } from './requirements.ts';

export interface ClickWish { url: string; lessonId: string; /** Null where there is nothing to watch. */ replayId: string | null; cookies: readonly string[]; say: (line: string) => void }
export interface ClickedThrough { detail: Clicks | null; object: Clicks | null; /** Of one core, the busiest process that clicked. */ busiestPercent: number }

/** As many as R119 and R120 name; nobody has begun to watch so long ago by then that their viewing has lapsed. */
const mostClicks = 10_000;
const withinMs = 1000;

function clicksOf({ clicks, errors }: Measured): Clicks {
  const ms = clicks.map((click) => click.ms);
  const at = (share: number): number => (ms.length === 0 ? 0 : Math.round(percentile(ms, share) * 10) / 10);
  return { clicks: ms.length + errors.length, errors: errors.length, p50Ms: at(0.5), p99Ms: at(0.99) };
}

/** Without a replay nothing is known of objects. Everybody has a connection, and watches, before the first click. */
export async function clickThrough({ url, lessonId, replayId, cookies, say }: ClickWish): Promise<ClickedThrough> {
  const learners = cookies.slice(0, mostClicks).map((cookie) => ({ cookie, viewingId: null }));
  const crowd = await CrowdOfProcesses.gather({ url, learners, objects: { lessonId, replayId }, watch: replayId !== null });
  const random = seededRandom('00'.repeat(32), 'acceptance clicks');
  const wave = (kind: Kind): Promise<Measured> => crowd.wave(everybody(learners.length, withinMs, () => kind, random));
  try {
    const object = replayId === null ? null : await wave('segment');
    const detail = await wave('detail');
    const both = object ? [object, detail] : [detail];
    for (const error of new Set(both.flatMap(({ errors }) => errors))) say(`a click failed: ${error}`);
    return { detail: clicksOf(detail), object: object && clicksOf(object), busiestPercent: Math.max(...both.map(({ generator }) => Math.round(generator.busiest * 1000) / 10)) };
  } finally {
    await crowd.close();
  }
}
