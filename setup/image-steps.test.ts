// The Dockerfile is understood step by step and keeps our rules; setup/image-in-debian-root.ts runs the same steps.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { settings } from '#runtime/settings.ts';
import { readDockerfile, readDockerignore, type Stage, type Step } from './image-steps.ts';

const root = join(import.meta.dirname, '..');
const file = readFileSync(join(root, 'Dockerfile'), 'utf8');
const stages = readDockerfile(file);
const image = stages.at(-1)!;
const stepsOf = <K extends Step['kind']>(stage: Stage, kind: K) => stage.steps.filter((step): step is Extract<Step, { kind: K }> => step.kind === kind);

describe('our Dockerfile', () => {
  it('starts from bases of a fixed version or from its own earlier stages', () => {
    for (const [index, { from }] of stages.entries()) {
      const earlier = stages.slice(0, index).some(({ name }) => name === from);
      expect(earlier || /^debian:\d+\.\d+-slim$/.test(from), from).toBe(true);
    }
  });

  it('copies from earlier stages and from paths that .dockerignore lets in', () => {
    const taken = readDockerignore(readFileSync(join(root, '.dockerignore'), 'utf8'));
    for (const [index, stage] of stages.entries()) {
      for (const { from, sources } of stepsOf(stage, 'COPY')) {
        if (from === null) expect(sources.filter((source) => !taken(source))).toEqual([]);
        else expect(stages.slice(0, index).map(({ name }) => name)).toContain(from);
      }
    }
  });

  it('runs as nobody special, knows its health, and is told its role', () => {
    expect(stepsOf(image, 'USER').map(({ name }) => name)).toEqual(['keshi']);
    const after = image.steps.slice(image.steps.findIndex(({ kind }) => kind === 'USER'));
    expect(after.map(({ kind }) => kind)).not.toContain('RUN');
    expect(stepsOf(image, 'HEALTHCHECK')[0]!.words).toEqual(['node', 'setup/role-health.ts']);
    expect(stepsOf(image, 'ENTRYPOINT')[0]!.words).toEqual(['node', 'setup/run-role.ts']);
  });

  it('sets nothing but known settings, and no secret', () => {
    const names = stages.flatMap((stage) => stepsOf(stage, 'ENV').map(({ name }) => name));
    expect(names.filter((name) => !['PATH', 'NODE_ENV'].includes(name) && !(name in settings))).toEqual([]);
    expect(names.filter((name) => /SECRET|PASSWORD|DATABASE_URL|ACCESS_KEY/.test(name))).toEqual([]);
  });

  it('needs no GitHub', () => {
    const commands = stages.flatMap((stage) => stepsOf(stage, 'RUN').map(({ command }) => command));
    expect(commands.filter((command) => /github|\bcurl\b|\bwget\b|\bgit\b|https?:/i.test(command))).toEqual([]);
  });
});

it('takes neither secrets nor data nor tests into the image', () => {
  const taken = readDockerignore(readFileSync(join(root, '.dockerignore'), 'utf8'));
  const paths = ['.env', '.git/config', 'data/keys/master.key', 'deploy/certificates/site.crt.key', 'node_modules/x/y.js', 'web/dist/index.html', 'setup/x.test.ts', 'db/testing/school.ts', 'docker-compose.yml'];
  expect(paths.filter(taken)).toEqual([]);
  expect(['setup/run-role.ts', 'web/main.ts', '.npmrc', 'common/runtime/settings.ts'].filter((path) => !taken(path))).toEqual([]);
});

it.each([
  ['an instruction it does not know', 'FROM debian:12.12-slim\nADD x y', 'ADD is not understood'],
  ['a flag it does not know', 'FROM debian:12.12-slim\nCOPY --chown=a x y', 'COPY: a flag is not understood'],
  ['a shell form of CMD', 'FROM debian:12.12-slim\nCMD node x', 'only the form with a list'],
  ['a step before any stage', 'RUN true', 'before the first FROM'],
  ['an end in the middle of a line', 'FROM debian:12.12-slim\nRUN a \\', 'goes on after the end'],
])('refuses %s', (_what, text, words) => {
  expect(() => readDockerfile(text)).toThrow(words);
});
