// Every signal has words, whatever facts came with it.
import { expect, it } from 'vitest';
import { signalKinds } from '#domain/signals.ts';
import { zh } from '../i18n/zh.ts';
import { programName, signalWords, weightWord } from './signal-words.ts';

const told = (zh['review'] as { told: Record<string, string> }).told;
const around = { others: '李明', at: '3月2日' };

it('finds a text for each kind, and fills all of it', () => {
  for (const kind of signalKinds) {
    for (const facts of [{}, { whose: 'own', apart: 1 }, { identical: true, whose: 'others' }, { at: 'check', distance: 0.213 }, { atOnce: true, people: 3 }, { camera: 'obs' }]) {
      const { key, values } = signalWords({ kind, facts }, around);
      expect(told[key], `${kind} ${key}`).toBeTruthy();
      for (const [, name] of told[key]!.matchAll(/\{(\w+)\}/g)) expect(values, `${key} {${name}}`).toHaveProperty(name!);
    }
  }
});

it('names programs as they name themselves, and unknown ones by their code', () => {
  expect([programName('obs'), programName('other_virtual')]).toEqual(['OBS', 'other_virtual']);
});

it('calls a weight strong, middle or weak', () => expect([1, 0.7, 0.69, 0.4, 0.39, 0].map(weightWord)).toEqual(['strong', 'strong', 'middle', 'middle', 'weak', 'weak']));
