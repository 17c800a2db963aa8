// Mappings: what is wrong with a file is named with its place; the worked example is right; values come out as platforms want them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { kindsOf, mapFact, mappingFaults, type ConnectorMapping, type FieldMapping, type SourceFact } from './mapping.ts';

const example = JSON.parse(readFileSync(join(import.meta.dirname, '../../mappings/example-province.json'), 'utf8')) as ConnectorMapping;
const fact: SourceFact = {
  id: 'f', kind: 'ledger', subject: 'l:p', at: '2026-03-01T17:30:00.123456Z', day: '2026-03-02', institutionId: 'i',
  payload: { lessonId: 'l', personId: 'p', heldMs: 2_759_999.9, ratio: 0.25, done: true, verdict: 'matched', nested: { joinedAt: '2026-03-02T01:00:00Z' }, empty: null, words: ['x'] },
  institution: { name: '示范学院', creditCode: null, filingNumber: null }, lesson: null, cohort: null, person: { id: 'p', name: '李雷' },
};
const one = (field: FieldMapping) => mapFact({ name: 'x', about: '', reconciliation: '/r', facts: [{ kind: 'ledger', path: '/p', fields: { f: field } }] }, fact);
const value = (field: FieldMapping) => { const mapped = one(field); return mapped.ok ? mapped.data['f'] : mapped.code; };

it('takes the worked example as it is', () => {
  expect(mappingFaults(example)).toEqual([]);
  expect(kindsOf(example)).toEqual(['certificate:issued', 'certificate:revoked', 'check:missed', 'check:settled', 'ledger', 'lesson:ended', 'lesson:started', 'tree_head']);
});

describe('a file', () => {
  const field = (change: object) => ({ ...example, facts: [{ kind: 'ledger', path: '/x', fields: { f: change } }] });
  it.each([
    ['a list', [], 'mapping_form', ''], ['text', 'x', 'mapping_form', ''], ['nothing', null, 'mapping_form', ''], ['more than it may say', { ...example, secret: 'x' }, 'mapping_form', ''],
    ['a name with signs', { ...example, name: '../x' }, 'mapping_name', 'name'], ['an address as path', { ...example, reconciliation: 'https://x' }, 'mapping_path', 'reconciliation'], ['a path upwards', { ...example, reconciliation: '/a//b' }, 'mapping_path', 'reconciliation'],
    ['no facts', { ...example, facts: [] }, 'mapping_no_facts', 'facts'], ['a fact that is none', { ...example, facts: [1] }, 'mapping_form', 'facts[0]'],
    ['an unknown kind', { ...example, facts: [{ ...example.facts[0], kind: 'ledgers' }] }, 'mapping_kind', 'facts[0]'], ['a kind twice', { ...example, facts: [example.facts[0], example.facts[0]] }, 'mapping_kind_double', 'facts[1]'],
    ['no fields', { ...example, facts: [{ kind: 'ledger', path: '/x', fields: {} }] }, 'mapping_no_fields', 'facts[0]'],
    ['a field with blanks', { ...example, facts: [{ kind: 'ledger', path: '/x', fields: { 'a b': { constant: 1 } } }] }, 'mapping_field_name', 'facts[0].fields.a b'],
    ['neither source nor constant', field({}), 'mapping_source_or_constant', 'facts[0].fields.f'], ['both', field({ from: 'id', constant: 1 }), 'mapping_source_or_constant', 'facts[0].fields.f'],
    ['an unknown source', field({ from: 'person.number' }), 'mapping_source', 'facts[0].fields.f'], ['a whole payload', field({ from: 'payload' }), 'mapping_source', 'facts[0].fields.f'], ['a prototype', field({ from: 'constructor.name' }), 'mapping_source', 'facts[0].fields.f'],
    ['an unknown format', field({ from: 'id', format: 'hours' }), 'mapping_format', 'facts[0].fields.f'], ['an empty table', field({ from: 'id', codes: {} }), 'mapping_codes', 'facts[0].fields.f'], ['codes and format', field({ from: 'id', codes: { a: 1 }, format: 'text' }), 'mapping_codes_and_format', 'facts[0].fields.f'],
    ['an object instead', field({ from: 'id', otherwise: {} }), 'mapping_otherwise', 'facts[0].fields.f'], ['optional and otherwise', field({ from: 'id', otherwise: 1, optional: true }), 'mapping_otherwise', 'facts[0].fields.f'],
    ['an unknown key', field({ from: 'id', script: 'x' }), 'mapping_field_unknown_key', 'facts[0].fields.f'],
  ] as const)('with %s is refused', (_what, file, code, at) => { expect(mappingFaults(file)).toContainEqual({ code, at }); });
});

describe('a value', () => {
  it.each([
    [{ constant: null }, null], [{ constant: 0 }, 0], [{ from: 'payload.heldMs', format: 'minutes' }, 45], [{ from: 'payload.heldMs', format: 'seconds' }, 2759], [{ from: 'payload.heldMs', format: 'integer' }, 2_759_999], [{ from: 'payload.ratio', format: 'decimal' }, 0.25],
    [{ from: 'at', format: 'date' }, '2026-03-02'], [{ from: 'day', format: 'date' }, '2026-03-02'], [{ from: 'at', format: 'datetime' }, '2026-03-02 01:30:00'], [{ from: 'at', format: 'instant' }, '2026-03-01T17:30:00.123Z'], [{ from: 'payload.nested.joinedAt', format: 'datetime' }, '2026-03-02 09:00:00'],
    [{ from: 'payload.done', format: 'flag' }, 1], [{ from: 'payload.verdict', codes: { matched: '1' } }, '1'], [{ from: 'payload.verdict', codes: { failed: '2' }, otherwise: '9' }, '9'], [{ from: 'payload.verdict', codes: { failed: '2' } }, 'code_unknown'],
    [{ from: 'person.name' }, '李雷'], [{ from: 'lesson.title' }, 'source_absent'], [{ from: 'lesson.title', otherwise: '' }, ''], [{ from: 'lesson.title', optional: true }, undefined], [{ from: 'institution.creditCode', otherwise: null }, null], [{ from: 'payload.empty' }, 'source_absent'],
    [{ from: 'payload.words' }, 'value_unfit'], [{ from: 'payload.words', format: 'json' }, '["x"]'], [{ from: 'payload.verdict', format: 'integer' }, 'value_unfit'], [{ from: 'payload.verdict', format: 'datetime' }, 'value_unfit'], [{ from: 'payload.toString', optional: true }, undefined], [{ from: 'payload.verdict', codes: { toString: '1' } }, 'code_unknown'],
  ] as const)('%j is %j', (field, expected) => { expect(value(field as FieldMapping)).toBe(expected); });
});

it('prefers a kind of its own to all others, and says what nobody takes', () => {
  const mapping = { ...example, facts: [{ kind: '*', path: '/all', fields: { id: { from: 'id' } } }, { kind: 'ledger', path: '/own', fields: { id: { from: 'id' } } }] };
  expect(mapFact(mapping, fact)).toMatchObject({ path: '/own' });
  expect(mapFact(mapping, { ...fact, kind: 'quiz:closed' })).toMatchObject({ path: '/all' });
  expect(mapFact(example, { ...fact, kind: 'quiz:closed' })).toEqual({ ok: false, code: 'kind_unmapped', field: 'quiz:closed' });
});
