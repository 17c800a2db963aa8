// Every figure a process of the product offers at /metrics, in one table: made from it, printed into docs/metrics.md, asked of it by dashboard and alerts.
// Labels are words of our own, never ids of lessons or people, so that the number of series is bounded.

export type MetricRole = 'sfu' | 'signaling' | 'worker';
export interface MetricSpec {
  roles: readonly MetricRole[];
  kind: 'counter' | 'gauge' | 'histogram';
  about: string;
  labels?: readonly string[];
  /** Upper edges, in the unit of the name. */
  buckets?: readonly number[];
}

/** R16 asks for 25 ms: the edge stands among the buckets, so that the share is exact. */
const roundTrips = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8] as const;
const answering = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10] as const;
const joining = [0.1, 0.25, 0.5, 1, 1.5, 2, 3, 5, 8, 15, 30] as const;
const working = [0.1, 0.5, 1, 2, 5, 10, 20, 40, 60, 120, 300, 900] as const;
const lagging = [1, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600] as const;
/** How late a broadcast's pictures are when players are told of them. */
const airing = [1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30] as const;
const waiting = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5] as const;
const losing = [0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25] as const;

const ofSfu = {
  keshi_sfu_rooms: { roles: ['sfu'], kind: 'gauge', labels: ['part'], about: 'Rooms on this node: as `origin`, or as `edge` of a room whose origin is another node.' },
  keshi_sfu_seats: { roles: ['sfu'], kind: 'gauge', about: 'Peers with a seat on this node.' },
  keshi_sfu_transports: { roles: ['sfu'], kind: 'gauge', labels: ['kind'], about: 'Open transports: `webrtc` to browsers, `pipe` between cores and nodes, `direct` and `plain` inside the node (capture).' },
  keshi_sfu_producers: { roles: ['sfu'], kind: 'gauge', labels: ['media'], about: 'Tracks that come in, each copy that a pipe brings to another core counted.' },
  keshi_sfu_consumers: { roles: ['sfu'], kind: 'gauge', labels: ['media'], about: 'Tracks that go out, to browsers, through pipes and to the capture.' },
  keshi_sfu_media_worker_cpu_ratio: { roles: ['sfu'], kind: 'gauge', labels: ['worker'], about: 'Use of one core by each media worker, 0 to 1.' },
  keshi_sfu_media_worker_streams: { roles: ['sfu'], kind: 'gauge', labels: ['worker'], about: 'Streams each media worker sends to viewers.' },
  keshi_sfu_egress_bytes_per_second: { roles: ['sfu'], kind: 'gauge', about: 'What leaves for viewers and other nodes.' },
  keshi_sfu_full: { roles: ['sfu'], kind: 'gauge', about: '1 while the node has no seat for another viewer.' },
  keshi_sfu_draining: { roles: ['sfu'], kind: 'gauge', about: '1 while the node takes nothing new.' },
  keshi_sfu_receiver_rtt_seconds: { roles: ['sfu'], kind: 'histogram', buckets: roundTrips, about: 'Round trip of media between node and browser, as the receiver\'s RTCP reports tell it; one look at one receiver each.' },
  keshi_sfu_receivers_measured: { roles: ['sfu'], kind: 'gauge', about: 'Receivers whose round trip is known from the last round of looks.' },
  keshi_sfu_receivers_within_25ms: { roles: ['sfu'], kind: 'gauge', about: 'Of these, those at 25 ms or less (R16).' },
  keshi_sfu_receiver_loss_ratio: { roles: ['sfu'], kind: 'histogram', buckets: losing, about: 'Share of packets a receiver reports as lost on the way, before repair; one look each.' },
  keshi_sfu_receiver_looks_total: { roles: ['sfu'], kind: 'counter', labels: ['outcome'], about: 'Looks at receivers: `known`, `silent` (no report yet), `gone`.' },
  keshi_sfu_receiver_look_seconds_total: { roles: ['sfu'], kind: 'counter', about: 'Time spent waiting for the media workers\' answers to these looks.' },
  keshi_sfu_capture_troubles: { roles: ['sfu'], kind: 'gauge', labels: ['trouble'], about: 'Rooms whose recording is in danger now, by reason.' },
} as const satisfies Record<string, MetricSpec>;

const ofSignaling = {
  keshi_signaling_sockets: { roles: ['signaling'], kind: 'gauge', about: 'Browsers connected to this process.' },
  keshi_signaling_seats: { roles: ['signaling'], kind: 'gauge', labels: ['role'], about: 'People inside a lesson through this process, by their role in it.' },
  keshi_signaling_requests_total: { roles: ['signaling'], kind: 'counter', labels: ['request', 'code'], about: 'Socket requests by name and outcome: `ok` or the error code.' },
  keshi_signaling_request_seconds: { roles: ['signaling'], kind: 'histogram', labels: ['request'], buckets: answering, about: 'From the arrival of a request to its acknowledgement; `quiz:answer` is the time until an answer is saved.' },
  keshi_signaling_http_requests_total: { roles: ['signaling'], kind: 'counter', labels: ['route', 'status'], about: 'HTTP requests by route of the table (`page` for the web app and unknown paths) and status.' },
  keshi_signaling_http_seconds: { roles: ['signaling'], kind: 'histogram', labels: ['route'], buckets: answering, about: 'From the arrival of a request to the last byte of its answer.' },
  keshi_signaling_join_seconds: { roles: ['signaling'], kind: 'histogram', buckets: joining, about: 'From `media:join` to the first stream resumed, as the server sees it.' },
  keshi_signaling_first_frame_seconds: { roles: ['signaling'], kind: 'histogram', buckets: joining, about: 'From the click to the first picture on the screen, as browsers report it.' },
  keshi_signaling_client_rtt_seconds: { roles: ['signaling'], kind: 'histogram', buckets: roundTrips, about: 'Round trip of a socket request as browsers report it: the network and this process\'s own delay. Not the figure of R16.' },
  keshi_lessons: { roles: ['signaling'], kind: 'gauge', labels: ['status'], about: 'Lessons that are `open` or `live`, of the whole platform; every process says the same.' },
} as const satisfies Record<string, MetricSpec>;

const ofWorker = {
  keshi_queue_jobs: { roles: ['worker'], kind: 'gauge', labels: ['queue', 'state'], about: 'Jobs that wait, run, or wait for a later try, of the whole platform; every process says the same. Snapshots are `face-verify`.' },
  keshi_queue_oldest_seconds: { roles: ['worker'], kind: 'gauge', labels: ['queue'], about: 'How long the oldest waiting job waits.' },
  keshi_worker_jobs_total: { roles: ['worker'], kind: 'counter', labels: ['job', 'outcome'], about: 'Jobs this process ran: `done`, `failed` (tried again), `given_up`, `later`, `handed_back`.' },
  keshi_worker_job_seconds: { roles: ['worker'], kind: 'histogram', labels: ['job'], buckets: working, about: 'How long a job ran.' },
  keshi_worker_chunk_lag_seconds: { roles: ['worker'], kind: 'histogram', buckets: lagging, about: 'From the moment a chunk of a recording could be composed to its being composed.' },
  keshi_worker_chunk_behind_seconds: { roles: ['worker'], kind: 'gauge', about: 'How late the next chunk of the most belated recording is now, of the whole platform.' },
  keshi_worker_broadcasts: { roles: ['worker'], kind: 'gauge', about: 'Delayed broadcasts this process composes now.' },
  keshi_worker_broadcast_cpu_ratio: { roles: ['worker'], kind: 'gauge', about: 'What these take together of one core, ffmpeg included, as measured over their last segments; 1 is a whole core.' },
  keshi_worker_broadcast_behind_seconds: { roles: ['worker'], kind: 'histogram', buckets: airing, about: 'From the last moment a segment shows to its being listed; players stay 7 to 8 s farther behind.' },
  keshi_worker_broadcasts_failed_total: { roles: ['worker'], kind: 'counter', about: 'Broadcasts this process gave up; whoever still watches asks for them anew.' },
  keshi_worker_recordings: { roles: ['worker'], kind: 'gauge', labels: ['status'], about: 'Recordings that are `recording` or `processing`, of the whole platform.' },
} as const satisfies Record<string, MetricSpec>;

const ofSeveral = {
  keshi_disk_free_bytes: { roles: ['sfu', 'signaling', 'worker'], kind: 'gauge', labels: ['place'], about: 'Free space where this process writes: `data`, or `copy` for the second copies of captures.' },
  keshi_database_pool_connections: { roles: ['signaling', 'worker'], kind: 'gauge', labels: ['state'], about: 'Connections to the database: `busy` and `idle`.' },
  keshi_database_pool_waiting: { roles: ['signaling', 'worker'], kind: 'gauge', about: 'Callers that wait for a connection now.' },
  keshi_database_pool_wait_seconds: { roles: ['signaling', 'worker'], kind: 'histogram', buckets: waiting, about: 'How long callers waited for a connection.' },
  keshi_metrics_failures_total: { roles: ['sfu', 'signaling', 'worker'], kind: 'counter', about: 'Figures that could not be looked up for an answer at /metrics; they keep their last value.' },
} as const satisfies Record<string, MetricSpec>;

export const metricTable = { ...ofSfu, ...ofSignaling, ...ofWorker, ...ofSeveral } as const;
export type MetricName = keyof typeof metricTable;
type Spec<N extends MetricName> = (typeof metricTable)[N];
/** Names of one role and kind. */
export type MetricsOf<R extends MetricRole, K extends MetricSpec['kind']> = {
  [N in MetricName]: Spec<N> extends { kind: K } ? (R extends Spec<N>['roles'][number] ? N : never) : never;
}[MetricName];
export type LabelsOf<N extends MetricName> = Spec<N> extends { labels: readonly (infer L extends string)[] } ? L : never;
