// A rule in words, and one that is not understood as it stands.
import { expect, it } from 'vitest';
import { ruleWords } from './rule-words.ts';

const t = (key: string, named: Record<string, string | number>): string => `${key} ${JSON.stringify(named)}`;
it('says years or days and the pack', () => {
  expect(ruleWords('fact 5 years default@1', t)).toBe('retention.ruleOf.years {"n":5,"pack":"default@1"}');
  expect(ruleWords('face 30 days hainan@2', t)).toBe('retention.ruleOf.days {"n":30,"pack":"hainan@2"}');
  expect(ruleWords('something else', t)).toBe('retention.rule {"rule":"something else"}');
});
