// The page of the interface, from the description the platform hands out.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openApiPath } from '#runtime/openapi.ts';
import { found, grouped, operationsOf, shapeOf, type OpenApi } from './operations.ts';

const document = JSON.parse(readFileSync(openApiPath, 'utf8')) as OpenApi;
const operations = operationsOf(document);

it('has every route once, those for programs first', () => {
  expect(operations).toHaveLength(Object.values(document.paths).reduce((sum, methods) => sum + Object.keys(methods).length, 0));
  expect(new Set(operations.map(({ id }) => id)).size).toBe(operations.length);
  expect(operations.slice(0, 4).map(({ path }) => path)).toEqual(['/api/v1/certificates', '/api/v1/events', '/api/v1/ledger', '/api/v1/lessons']);
  expect(grouped(operations)[0]).toMatchObject({ tag: 'v1', operations: operations.slice(0, 4) });
});

it('tells fields and examples', () => {
  const made = operations.find(({ id }) => id === 'post /api/institutions/{institutionId}/api-clients')!;
  expect(made.fields).toContainEqual({ name: 'institutionId', where: 'path', what: 'uuid', needed: true });
  expect(made.fields).toContainEqual({ name: 'perMinute', where: 'body', what: 'integer ≥ 1, ≤ 6000', needed: true });
  expect(made.fields).toContainEqual({ name: 'secret', where: 'answer', what: 'string', needed: true });
  expect(JSON.parse(made.example!)).toMatchObject({ perMinute: 1 });
  expect(shapeOf({ anyOf: [{ const: 'a' }, { type: 'null' }] })).toBe('"a" | null');
});

it('finds by all words of a question', () => {
  expect(found(operations, 'POST api-clients').map(({ id }) => id)).toEqual(['post /api/api-clients/{apiClientId}/ending', 'post /api/institutions/{institutionId}/api-clients']);
  expect(found(operations, '')).toHaveLength(operations.length);
  expect(found(operations, 'nothing like it')).toEqual([]);
});
