// docker-compose.yml and deploy/sfu-machine.yml: what the Compose Specification's own schema says, then our rules. No engine is needed, none is asked.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { settings } from '#runtime/settings.ts';

interface Service {
  image?: string; build?: unknown; command?: string[]; environment?: Record<string, string>; ports?: string[]; networks?: string[]; volumes?: string[];
  healthcheck?: { test?: string[]; disable?: boolean }; restart?: string; user?: string; privileged?: boolean; network_mode?: string; read_only?: boolean; cap_drop?: string[];
  depends_on?: Record<string, { condition: string }>; stop_grace_period?: string; deploy?: { resources?: { limits?: { cpus?: string; memory?: string } } };
}
interface ComposeFile { services: Record<string, Service>; networks?: Record<string, { internal?: boolean }>; volumes?: Record<string, unknown> }

const root = join(import.meta.dirname, '..');
const text = (path: string): string => readFileSync(join(root, path), 'utf8');
const read = (path: string): ComposeFile => parse(text(path), { merge: true }) as ComposeFile;
// The specification's schema is draft-07, named there by its https address.
const schema = JSON.parse(text('setup/compose/compose-spec.json')) as { $schema: string };
const check = new Ajv({ strict: false, allowUnionTypes: true, validateFormats: false }).compile({ ...schema, $schema: 'http://json-schema.org/draft-07/schema#' });

const one = read('docker-compose.yml');
const node = read('deploy/sfu-machine.yml');
const files: [path: string, file: ComposeFile][] = [['docker-compose.yml', one], ['deploy/sfu-machine.yml', node]];
const oneShot = new Set(['migrate']);
const roles = ['sfu', 'sfu-2', 'signaling', 'worker', 'migrate'];
const services = files.flatMap(([path, file]) => Object.entries(file.services).map(([name, service]): [string, Service] => [`${path} ${name}`, service]));
const lasting = services.filter(([name]) => !oneShot.has(name.split(' ')[1]!));

/** `${NAME}`, `${NAME:-default}`, `${NAME:?message}`, also inside one another. */
function variables(path: string): { name: string; operator: string; rest: string }[] {
  return [...text(path).matchAll(/\$\{([A-Z0-9_]+)(:[-?])?([^${}]*)/g)].map(([, name = '', operator = '', rest = '']) => ({ name, operator, rest }));
}

describe.each(files)('%s', (path, file) => {
  it('is a Compose file', () => {
    expect(check(file), JSON.stringify(check.errors)).toBe(true);
  });

  it('has no variable that nobody explains', () => {
    const explained = `${text('.env.example')}\n${text('docs/operating.md')}`;
    expect([...new Set(variables(path).map(({ name }) => name))].filter((name) => !new RegExp(`\\b${name}\\b`).test(explained))).toEqual([]);
  });

  it('has no secret with a default, and none written down', () => {
    const secret = /SECRET|PASSWORD|KEY/;
    const used = variables(path).filter(({ name }) => secret.test(name));
    expect(used.filter(({ operator }) => operator === ':-')).toEqual([]);
    for (const { name } of used) expect(variables(path).some((variable) => variable.name === name && variable.operator === ':?'), name).toBe(true);
    const written = Object.values(file.services).flatMap(({ environment = {} }) => Object.entries(environment)).filter(([name, value]) => secret.test(name) && !/^\$\{/.test(value));
    expect(written).toEqual([]);
  });
});

describe.each(lasting)('%s', (_name, service) => {
  it('is watched, bounded, started again, and given time to stop', () => {
    expect(service.healthcheck?.test?.[0]).toBe('CMD');
    expect(service.deploy?.resources?.limits).toMatchObject({ cpus: expect.any(String), memory: expect.any(String) });
    expect(service.restart).toBe('unless-stopped');
    expect(service.stop_grace_period).toMatch(/^\d+s$/);
  });

  it('runs without rights it does not need, on a root it cannot write', () => {
    expect([service.read_only, service.cap_drop, service.privileged ?? false]).toEqual([true, ['ALL'], false]);
    expect(['root', '0', '0:0']).not.toContain(service.user);
  });
});

it('starts each role by its own name, with its own health check', () => {
  for (const name of roles) {
    const role = name === 'sfu-2' ? 'sfu' : name;
    const service = one.services[name]!;
    expect(service.command).toEqual([role]);
    if (role !== 'migrate') expect(service.healthcheck!.test).toEqual(['CMD', 'node', 'setup/role-health.ts', role]);
  }
});

it('gives the roles settings that exist', () => {
  const given = [...roles.map((name) => one.services[name]!), node.services['sfu']!].flatMap(({ environment = {} }) => Object.keys(environment));
  expect([...new Set(given)].filter((name) => !(name in settings))).toEqual([]);
});

it('publishes the proxy and media, and no internal port', () => {
  const published = Object.entries(one.services).flatMap(([name, { ports = [] }]) => ports.map((port) => `${name} ${port}`));
  expect(published).toEqual([
    'sfu 40000-40007:40000-40007/udp', 'sfu 40000-40007:40000-40007/tcp', 'sfu-2 40010-40017:40010-40017/udp', 'sfu-2 40010-40017:40010-40017/tcp',
    'proxy 80:8080', 'proxy 443:8443',
  ]);
  const internal = ['SFU_CONTROL_PORT', 'SIGNALING_INTERNAL_PORT', 'WORKER_INTERNAL_PORT', 'PORT'] as const;
  for (const name of internal) expect(published.join(' ')).not.toContain(`:${settings[name].default}`);
});

it('keeps database, queue and the nodes\' control on networks without a way out, away from proxy and TURN', () => {
  expect([one.networks!['data'], one.networks!['inside']]).toEqual([{ internal: true }, { internal: true }]);
  expect([one.services['postgres']!.networks, one.services['redis']!.networks]).toEqual([['data'], ['data']]);
  expect([one.services['proxy']!.networks, one.services['coturn']!.networks]).toEqual([['front'], ['front']]);
  expect(one.services['sfu']!.networks).toEqual(['media', 'inside']);
});

it('starts roles after the migration, and keeps captures where sfu and worker both are', () => {
  for (const name of ['signaling', 'worker']) expect(one.services[name]!.depends_on!['migrate']).toEqual({ condition: 'service_completed_successfully' });
  for (const name of ['sfu', 'sfu-2', 'worker']) expect(one.services[name]!.volumes).toContain('captures:/data');
  // Only migrate draws the master key; the list of refused words is read, never written.
  expect([one.services['migrate']!.volumes, one.services['signaling']!.volumes]).toEqual([['captures:/data', 'keys:/keys'], ['keys:/keys:ro', './deploy/words:/words:ro']]);
});

it('gives proxy and TURN every name their files use', () => {
  const used = (path: string, pattern: RegExp): string[] => [...new Set([...text(path).matchAll(pattern)].map(([, name = '']) => name))].sort();
  const given = (name: string): string[] => Object.keys(one.services[name]!.environment!).sort();
  expect(used('deploy/haproxy/haproxy.cfg', /"\$\{([A-Z_]+)\}/g).filter((name) => !given('proxy').includes(name))).toEqual([]);
  expect(used('deploy/coturn/start.sh', /\$\{?#?(TURN_(?!CONF)[A-Z]+)/g)).toEqual(given('coturn'));
  // What the proxy looks for by name and port is what the services are called and listen on.
  const targets = used('deploy/haproxy/haproxy.cfg', /\$\{[A-Z]+-([a-z0-9]+):\d+\}/g);
  expect(targets.filter((name) => !(name in one.services))).toEqual([]);
  expect(text('deploy/haproxy/haproxy.cfg')).toContain(`signaling:${settings.PORT.default}`);
});

it('finds what is wrong in a file that is wrong', () => {
  expect(check({ services: { a: { image: 'x', healthcheck: { tests: [] } } } })).toBe(false);
  expect(check({ services: { a: { image: 'x', restart: 3 } } })).toBe(false);
});
