// The figures of one process: a registry of its own, made from the table, with Node's own figures beside; answered as text for Prometheus.
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry, type Metric } from 'prom-client';
import type { Logger } from './log.ts';
import { metricTable, type LabelsOf, type MetricName, type MetricRole, type MetricSpec, type MetricsOf } from './metrics-table.ts';

/** A look-up that hangs (a disk, a database) must not keep the other figures from being read. */
const lookUpMs = 2000;

function make(name: string, spec: MetricSpec, registry: Registry): Metric {
  const options = { name, help: spec.about, labelNames: [...(spec.labels ?? [])], registers: [registry] };
  if (spec.kind === 'counter') return new Counter(options);
  return spec.kind === 'gauge' ? new Gauge(options) : new Histogram({ ...options, buckets: [...(spec.buckets ?? [])] });
}

export class ProcessMetrics<R extends MetricRole> {
  readonly role: R;
  readonly #registry = new Registry();
  readonly #made = new Map<MetricName, Metric>();
  readonly #lookUps = new Map<string, () => void | Promise<void>>();
  readonly #log: Logger;

  private constructor(role: R, log: Logger) {
    this.role = role;
    this.#log = log;
    const specs = Object.entries(metricTable) as [MetricName, MetricSpec][];
    for (const [name, spec] of specs) if (spec.roles.includes(role)) this.#made.set(name, make(name, spec, this.#registry));
  }

  /** `node`: with the process's own figures (CPU, memory, event loop), as a real process has them. */
  static create<R extends MetricRole>(role: R, log: Logger, { node = false } = {}): ProcessMetrics<R> {
    const metrics = new ProcessMetrics(role, log);
    if (node) collectDefaultMetrics({ register: metrics.#registry });
    return metrics;
  }

  get contentType(): string { return this.#registry.contentType; }

  counter<N extends MetricsOf<R, 'counter'>>(name: N): Counter<LabelsOf<N>> { return this.#get(name) as Counter<LabelsOf<N>>; }
  gauge<N extends MetricsOf<R, 'gauge'>>(name: N): Gauge<LabelsOf<N>> { return this.#get(name) as Gauge<LabelsOf<N>>; }
  histogram<N extends MetricsOf<R, 'histogram'>>(name: N): Histogram<LabelsOf<N>> { return this.#get(name) as Histogram<LabelsOf<N>>; }

  /** Runs before every answer and sets what is only known when asked. One that fails or hangs is logged; its figures keep their last value. */
  beforeAnswer(what: string, lookUp: () => void | Promise<void>): void {
    this.#lookUps.set(what, lookUp);
  }

  /** Names of everything this process offers. */
  names(): string[] { return this.#registry.getMetricsAsArray().map(({ name }) => name); }

  /** The answer of /metrics. */
  async text(): Promise<string> {
    await Promise.all([...this.#lookUps].map(([what, lookUp]) => this.#look(what, lookUp)));
    return this.#registry.metrics();
  }

  async #look(what: string, lookUp: () => void | Promise<void>): Promise<void> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error(`no answer within ${lookUpMs} ms`)), lookUpMs);
    try {
      await Promise.race([(async () => lookUp())(), late.promise]);
    } catch (error) {
      (this.#get('keshi_metrics_failures_total') as Counter).inc();
      this.#log.warn({ err: error, what }, 'figure could not be looked up');
    } finally {
      clearTimeout(timer);
    }
  }

  #get(name: MetricName): Metric {
    const metric = this.#made.get(name);
    if (!metric) throw new Error(`${name} is no figure of ${this.role}`);
    return metric;
  }
}
