// docs/metrics.md: every figure of the table, by role. Part of `npm run generate`.
import { metricTable, type MetricRole, type MetricSpec } from '#runtime/metrics-table.ts';

const head = `# Metrics

Generated from \`common/runtime/metrics-table.ts\` by \`npm run generate\`; do not edit.

Each process answers \`GET /metrics\` in the text format of Prometheus, on its internal port only (\`INTERNAL_HOST\`): sfu on \`SFU_CONTROL_PORT\`,
signaling on \`SIGNALING_INTERNAL_PORT\`, worker on \`WORKER_INTERNAL_PORT\`. The public port does not know the path. No figure carries the id or name
of a lesson or a person: whoever reaches the port learns how the machines are, not who is in class.

\`deploy/dashboards\` has a dashboard for Grafana (\`keshi.json\`), what Prometheus asks (\`prometheus.yml\`) and when somebody must act (\`alerts.yml\`).
Without either, the operator's page (\`/operator\`, role admin) shows the whole platform from rows. Beside the figures below every process offers
Node's own (\`process_*\`, \`nodejs_*\`: CPU, memory, event loop, garbage collection).

R16 (25 ms) is \`keshi_sfu_receivers_within_25ms / keshi_sfu_receivers_measured\`, see [decision 028](decisions/028-which-round-trip.md).
Answers per second and the time until they are saved are \`keshi_signaling_requests_total\` and \`keshi_signaling_request_seconds\` with
\`request="quiz:answer"\`. Figures "of the whole platform" are the same from every process: use \`max\`, not \`sum\`.
`;

const specs = Object.entries(metricTable) as [string, MetricSpec][];

function rows(of: (roles: readonly MetricRole[]) => boolean): string[] {
  return ['| metric | kind | labels | meaning |', '|---|---|---|---|',
    ...specs.filter(([, { roles }]) => of(roles)).map(([name, { kind, labels = [], buckets, about }]) =>
      `| \`${name}\` | ${kind} | ${labels.map((label) => `\`${label}\``).join(', ') || '–'} | ${about}${buckets ? ` Up to ${buckets.join(', ')}.` : ''} |`)];
}

export const metricsPage = (): string => [
  head,
  ...(['sfu', 'signaling', 'worker'] as const).flatMap((role) => [`## ${role}`, '', ...rows((roles) => roles.length === 1 && roles[0] === role), '']),
  '## Several roles', '', ...rows((roles) => roles.length > 1), '',
].join('\n');
