// Media of all classrooms, put together: lines to the nodes, placing, listening, watching, and the step of the clock.
import { DomainError } from '#domain/errors.ts';
import type { Deps } from '../deps.ts';
import type { Live } from '../classroom/context.ts';
import { MediaNodes } from './media-nodes.ts';
import { MediaWatch } from './media-watch.ts';
import { NodeLines } from './node-lines.ts';
import { noteAway } from './recovery.ts';
import { sfuListener, type Heard } from './sfu-events.ts';

export interface Media {
  nodes: MediaNodes;
  /** Opens the lines, once the classroom can hear what comes over them. */
  start(live: Live): Promise<void>;
  /** Resolves when so many nodes can be reached; 0: none. */
  becomes(count: number): Promise<void>;
  /** Asked every second. */
  noteAway(live: Live): Promise<void>;
  close(): Promise<void>;
}

export function openMedia({ orm, log, now, config }: Deps): Media {
  const started: { heard?: Heard } = {};
  const heard = (): Heard => {
    if (!started.heard) throw new DomainError('internal', 'the classroom is not put together yet');
    return started.heard;
  };
  const lines = NodeLines.create({ orm, log, now, secret: config.SFU_SECRET ?? '', listen: (speaker) => sfuListener(heard, speaker) });
  const nodes = MediaNodes.create({ orm, log, lines });
  const noted = new Map<string, number>();
  return {
    nodes,
    start: async (live) => {
      started.heard = { live, nodes, watch: MediaWatch.create(live, nodes) };
      await lines.refresh();
    },
    becomes: (count) => lines.becomes(count),
    noteAway: (live) => noteAway(live, nodes, noted),
    close: async () => {
      await lines.close();
      await started.heard?.watch.close();
    },
  };
}
