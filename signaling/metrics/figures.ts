// The figures of a signaling process: requests, joins and answers as they happen; for /metrics, and of the last minutes for the operator's page.
import type { Reply } from '#contracts/request-table.ts';
import type { Logger } from '#runtime/log.ts';
import { CountWindow, spanEdgesMs } from '#runtime/metrics-window.ts';
import { ProcessMetrics } from '#runtime/metrics.ts';

const windowMs = 5 * 60_000;
/** What people are refused with where the platform is short of something: counted for the operator. */
const shortages: readonly string[] = ['media_full', 'media_unavailable', 'storage_unavailable', 'internal'];

export interface RecentFigures { joinCounts: number[]; firstFrameCounts: number[]; answerCounts: number[]; refused: Record<string, number> }
/** A socket request that was answered; `name` is one of the table, or `unknown`. */
export interface AnsweredRequest { socket: object; name: string; data: unknown; reply: Reply<unknown>; beganMs: number; endedMs: number }

export class SignalingFigures {
  readonly metrics: ProcessMetrics<'signaling'>;
  readonly #joins = new CountWindow(spanEdgesMs, windowMs);
  readonly #firstFrames = new CountWindow(spanEdgesMs, windowMs);
  readonly #answers = new CountWindow(spanEdgesMs, windowMs);
  readonly #refused = new Map(shortages.map((code) => [code, new CountWindow([], windowMs)]));
  /** When a socket asked for media and has not received any yet. */
  readonly #joining = new WeakMap<object, number>();

  private constructor(metrics: ProcessMetrics<'signaling'>) {
    this.metrics = metrics;
  }

  /** `node`: with the process's own figures, in a process of its own. */
  static create(log: Logger, options: { node?: boolean } = {}): SignalingFigures {
    return new SignalingFigures(ProcessMetrics.create('signaling', log, options));
  }

  get recent(): RecentFigures {
    const refused = [...this.#refused].map(([code, window]) => [code, window.counts[0] ?? 0] as const).filter(([, count]) => count > 0);
    return { joinCounts: this.#joins.counts, firstFrameCounts: this.#firstFrames.counts, answerCounts: this.#answers.counts, refused: Object.fromEntries(refused) };
  }

  requestAnswered({ socket, name, data, reply, beganMs, endedMs }: AnsweredRequest): void {
    const code = reply.ok ? 'ok' : reply.error.code;
    this.metrics.counter('keshi_signaling_requests_total').inc({ request: name, code });
    this.metrics.histogram('keshi_signaling_request_seconds').observe({ request: name }, (endedMs - beganMs) / 1000);
    this.#refused.get(code)?.add(0);
    if (!reply.ok) return;
    if (name === 'quiz:answer') this.#answers.add(endedMs - beganMs);
    if (name === 'media:join') this.#joining.set(socket, beganMs);
    if (name === 'media:resumeConsumer') this.#joined(socket, endedMs);
    if (name === 'presence:report') this.#reported(data as { rttMs?: number; firstFrameMs?: number });
  }

  /** `route` is one of the table, or `page`. */
  routeAnswered(route: string, status: number, tookMs: number): void {
    this.metrics.counter('keshi_signaling_http_requests_total').inc({ route, status: String(status) });
    this.metrics.histogram('keshi_signaling_http_seconds').observe({ route }, tookMs / 1000);
  }

  #joined(socket: object, atMs: number): void {
    const beganMs = this.#joining.get(socket);
    if (beganMs === undefined) return;
    this.#joining.delete(socket);
    this.#joins.add(atMs - beganMs);
    this.metrics.histogram('keshi_signaling_join_seconds').observe((atMs - beganMs) / 1000);
  }

  #reported({ rttMs, firstFrameMs }: { rttMs?: number; firstFrameMs?: number }): void {
    if (rttMs !== undefined) this.metrics.histogram('keshi_signaling_client_rtt_seconds').observe(rttMs / 1000);
    if (firstFrameMs === undefined) return;
    this.#firstFrames.add(firstFrameMs);
    this.metrics.histogram('keshi_signaling_first_frame_seconds').observe(firstFrameMs / 1000);
  }
}
