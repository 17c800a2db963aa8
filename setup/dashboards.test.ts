// The shipped dashboard, scrape and alert files are what their tools read, and ask only for figures and labels that exist.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { register, collectDefaultMetrics } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { settings } from '#runtime/settings.ts';
import { metricTable, type MetricRole, type MetricSpec } from '#runtime/metrics-table.ts';
import { metricsPage } from './metrics-page.ts';

const folder = join(import.meta.dirname, '../deploy/dashboards');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
interface Panel { id: number; type: string; title: string; gridPos: { x: number; y: number; w: number; h: number }; targets?: { expr: string; legendFormat?: string }[] }
interface Rule { alert: string; expr: string; for?: string; labels: { severity: string }; annotations: { summary: string; action: string } }
const dashboard = JSON.parse(read('keshi.json')) as { uid: string; panels: Panel[] };
const alerts = (parse(read('alerts.yml')) as { groups: { name: string; rules: Rule[] }[] }).groups;
const scrape = parse(read('prometheus.yml')) as { rule_files: string[]; scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[] };
const rules = alerts.flatMap((group) => group.rules);

collectDefaultMetrics();
const ofNode = new Set(register.getMetricsAsArray().map(({ name }) => name));
const table: Record<string, MetricSpec> = metricTable;
const given = ['job', 'instance', 'le'];

/** What an expression asks for that is not there: names, a histogram's parts, labels. */
function missing(expr: string): string[] {
  const wrong: string[] = [];
  const labels = new Set(given);
  for (const [name] of expr.matchAll(/\b(?:keshi|process|nodejs)_[a-z0-9_]+/g)) {
    const plain = name.replace(/_(bucket|sum|count)$/, '');
    const spec = table[name] ?? (table[plain]?.kind === 'histogram' ? table[plain] : undefined);
    if (spec ? spec.kind === 'histogram' && name === plain : !ofNode.has(name)) wrong.push(name);
    for (const label of spec?.labels ?? []) labels.add(label);
  }
  const used = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(',').map((one) => one.trim()))
    .concat([...expr.matchAll(/[{,]\s*([a-z_]+)\s*(?:=|!=|=~|!~)\s*"/g)].map(([, label = '']) => label));
  return [...wrong, ...used.filter((label) => !labels.has(label))];
}
/** Every bracket that opens closes. */
const balanced = (expr: string): boolean => ['()', '{}', '[]'].every(([open, close]) => expr.split(open!).length === expr.split(close!).length);

describe('the check itself', () => {
  it.each(['keshi_sfu_room', 'rate(keshi_sfu_receiver_rtt_seconds[5m])', 'sum by (lesson) (keshi_sfu_rooms)', 'keshi_sfu_rooms{kind="edge"}', 'nodejs_lag_seconds', 'keshi_sfu_rooms_bucket'])('finds what is wrong with %s', (expr) => {
    expect(missing(expr)).toHaveLength(1);
  });
});

describe('the dashboard', () => {
  const targets = dashboard.panels.flatMap(({ title, targets: own = [] }) => own.map((target) => ({ title, ...target })));
  it.each(targets)('$title: $expr', ({ expr, legendFormat = '' }) => {
    expect(missing(expr)).toEqual([]);
    expect(balanced(expr)).toBe(true);
    for (const [, label = ''] of legendFormat.matchAll(/\{\{(\w+)\}\}/g)) expect([...given, ...Object.values(table).flatMap(({ labels = [] }) => labels)]).toContain(label);
  });
  it('has panels with ids of their own that do not lie on each other', () => {
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const one of dashboard.panels) {
      const { x, y, w, h } = one.gridPos;
      expect(x + w).toBeLessThanOrEqual(24);
      const under = dashboard.panels.find(({ id, gridPos: at }) => id !== one.id && at.x < x + w && x < at.x + at.w && at.y < y + h && y < at.y + at.h);
      expect(under?.title, one.title).toBeUndefined();
    }
  });
  it('shows every figure of the product somewhere, or an alert does', () => {
    const asked = [...targets, ...rules].map(({ expr }) => expr).join(' ');
    // How the looks at receivers went and the socket's round trip are for whoever asks why, not for a screen.
    const notShown = ['keshi_sfu_receiver_looks_total', 'keshi_sfu_receiver_look_seconds_total', 'keshi_signaling_client_rtt_seconds'];
    expect(Object.keys(table).filter((name) => !asked.includes(name)).toSorted()).toEqual(notShown.toSorted());
  });
});

describe('the alerts', () => {
  it.each(rules)('$alert', ({ alert, expr, labels, annotations, ...rest }) => {
    expect(alert).toMatch(/^Keshi[A-Z]\w+$/);
    expect(missing(expr)).toEqual([]);
    expect(balanced(expr)).toBe(true);
    expect(['critical', 'warning']).toContain(labels.severity);
    expect(annotations.action).toMatch(/\.$/);
    if (rest.for) expect(rest.for).toMatch(/^\d+[sm]$/);
  });
  it('has each name once', () => expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length));
});

it('Prometheus asks every role at its internal port, and reads these alerts', () => {
  const ports: Record<MetricRole, string> = { sfu: settings.SFU_CONTROL_PORT.default, signaling: settings.SIGNALING_INTERNAL_PORT.default, worker: settings.WORKER_INTERNAL_PORT.default };
  expect(scrape.scrape_configs.map(({ job_name, static_configs }) => [job_name, static_configs[0]?.targets[0]])).toEqual(
    Object.entries(ports).map(([role, port]) => [`keshi-${role}`, `${role}:${port}`]));
  expect(scrape.rule_files).toEqual(['alerts.yml']);
  const jobs = new Set(scrape.scrape_configs.map(({ job_name }) => job_name));
  for (const { expr } of rules) for (const [, job = ''] of expr.matchAll(/\bjob="([^"]+)"/g)) expect(jobs).toContain(job);
});

it('the page of metrics names every one of them', () => {
  const page = readFileSync(join(import.meta.dirname, '../docs/metrics.md'), 'utf8');
  expect(page).toBe(metricsPage());
  for (const name of Object.keys(table)) expect(page.split(`| \`${name}\` |`)).toHaveLength(2);
});
