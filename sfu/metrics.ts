// The media node's figures: for /metrics on its control port, and in short in every registration, where the operator's page reads them.
import type { RequestListener } from 'node:http';
import type { types as ms } from 'mediasoup';
import { captureTroubles, type CaptureTrouble } from '#contracts/recording.ts';
import type { NodeFigures, NodeLoad } from '#contracts/sfu-control.ts';
import type { Logger } from '#runtime/log.ts';
import { FreeSpace } from '#runtime/metrics-disk.ts';
import { answerMetrics } from '#runtime/metrics-server.ts';
import { ProcessMetrics } from '#runtime/metrics.ts';
import { MediaCensus } from './metrics-census.ts';
import { ReceiverLooks, type Look, type LookRules } from './metrics-receivers.ts';

/** What the node knows of itself, asked for at each answer. */
export interface NodeState {
  /** As last told to signaling. */
  load(): NodeLoad | null;
  rooms(): readonly { edge: boolean }[];
  /** Of each room in danger. */
  troubles(): readonly (readonly CaptureTrouble[])[];
}
export interface NodeMetricsOptions {
  dataDirectory: string; log: Logger;
  /** Node's own figures too: in a process of its own. */
  node?: boolean;
  /** Other than the product's, for tests. */
  looks?: LookRules;
}

export class NodeMetrics {
  readonly #metrics: ProcessMetrics<'sfu'>;
  readonly #census = new MediaCensus();
  readonly #looks: ReceiverLooks;
  readonly #disk: FreeSpace<'data'>;

  private constructor(metrics: ProcessMetrics<'sfu'>, disk: FreeSpace<'data'>, looks: LookRules | undefined) {
    this.#metrics = metrics;
    this.#disk = disk;
    this.#looks = ReceiverLooks.start(this.#census, (look) => this.#looked(look), looks);
    metrics.beforeAnswer('streams', () => this.#countStreams());
  }

  /** Before the first media worker: it is counted from its birth. */
  static async create({ dataDirectory, log, node = false, looks }: NodeMetricsOptions): Promise<NodeMetrics> {
    const disk = await FreeSpace.create({ data: dataDirectory });
    return new NodeMetrics(ProcessMetrics.create('sfu', log, { node }), disk, looks);
  }

  watch(worker: ms.Worker): void { this.#census.watch(worker); }

  /** For the control server: /metrics, and 404 for the rest. */
  get listener(): RequestListener { return answerMetrics(this.#metrics); }

  /** In short, for registrations and `node:load`. */
  get figures(): NodeFigures {
    const { rttCounts, lossShare } = this.#looks.figures;
    return { rttCounts, lossShare, diskFreeBytes: this.#disk.free.get('data') ?? null };
  }

  /** What is known of the node itself; until then only streams are counted. */
  describe(state: NodeState): void {
    this.#metrics.beforeAnswer('node', () => this.#tellState(state));
  }

  close(): void {
    this.#looks.close();
    this.#disk.close();
  }

  #looked({ outcome, rttMs, lossShare, tookMs }: Look): void {
    this.#metrics.counter('keshi_sfu_receiver_looks_total').inc({ outcome });
    this.#metrics.counter('keshi_sfu_receiver_look_seconds_total').inc(tookMs / 1000);
    if (outcome !== 'known') return;
    this.#metrics.histogram('keshi_sfu_receiver_rtt_seconds').observe(rttMs / 1000);
    this.#metrics.histogram('keshi_sfu_receiver_loss_ratio').observe(lossShare);
  }

  #countStreams(): void {
    const { transports, producers, consumers } = this.#census;
    for (const kind of ['webrtc', 'pipe', 'plain', 'direct'] as const) this.#metrics.gauge('keshi_sfu_transports').set({ kind }, transports[kind]);
    for (const media of ['audio', 'video'] as const) {
      this.#metrics.gauge('keshi_sfu_producers').set({ media }, producers[media]);
      this.#metrics.gauge('keshi_sfu_consumers').set({ media }, consumers[media]);
    }
    const { measured, within25Ms } = this.#looks.figures;
    this.#metrics.gauge('keshi_sfu_receivers_measured').set(measured);
    this.#metrics.gauge('keshi_sfu_receivers_within_25ms').set(within25Ms);
    for (const [place, bytes] of this.#disk.free) this.#metrics.gauge('keshi_disk_free_bytes').set({ place }, bytes);
  }

  #tellState(state: NodeState): void {
    const rooms = state.rooms();
    const edges = rooms.filter(({ edge }) => edge).length;
    this.#metrics.gauge('keshi_sfu_rooms').set({ part: 'edge' }, edges);
    this.#metrics.gauge('keshi_sfu_rooms').set({ part: 'origin' }, rooms.length - edges);
    const present = state.troubles();
    for (const trouble of captureTroubles) {
      this.#metrics.gauge('keshi_sfu_capture_troubles').set({ trouble }, present.filter((troubles) => troubles.includes(trouble)).length);
    }
    const load = state.load();
    if (!load) return;
    this.#metrics.gauge('keshi_sfu_seats').set(load.seats);
    this.#metrics.gauge('keshi_sfu_egress_bytes_per_second').set(load.egressBitsPerSecond / 8);
    this.#metrics.gauge('keshi_sfu_full').set(load.full ? 1 : 0);
    this.#metrics.gauge('keshi_sfu_draining').set(load.draining ? 1 : 0);
    // By place, not by process id: a worker that replaces a dead one goes on in its series.
    for (const [index, { cpuPercent, consumers }] of load.workers.entries()) {
      const worker = String(index);
      this.#metrics.gauge('keshi_sfu_media_worker_cpu_ratio').set({ worker }, cpuPercent / 100);
      this.#metrics.gauge('keshi_sfu_media_worker_streams').set({ worker }, consumers);
    }
  }
}
