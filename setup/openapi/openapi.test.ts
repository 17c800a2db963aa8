// The description is a valid OpenAPI 3.1 document, has every route, and each example is what its schema asks for.
import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { apiV1Routes } from '#contracts/api-v1.ts';
import { restRoutes } from '#contracts/rest.ts';
import { openApiPath } from '#runtime/openapi.ts';
import { openApi, openApiText } from './document.ts';

const document = openApi();
const ajv = new Ajv2020({ strict: false, formats: { binary: true } });
interface Exampled { schema: object; example?: unknown }
const exampled = (one: unknown): Exampled[] => {
  if (Array.isArray(one)) return one.flatMap(exampled);
  if (one === null || typeof one !== 'object') return [];
  return 'schema' in one && 'example' in one ? [one as Exampled] : Object.values(one).flatMap(exampled);
};

it('is valid by the schema of OpenAPI 3.1', async () => {
  expect(await new Validator().validate(structuredClone(document) as unknown as Record<string, unknown>)).toMatchObject({ valid: true });
});

it('has every route once, each with what it is for', () => {
  const operations = Object.entries(document.paths).flatMap(([path, of]) => Object.keys(of).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`));
  expect(operations.sort()).toEqual([...Object.keys(restRoutes), ...Object.keys(apiV1Routes)].sort());
  const ids = Object.values(document.paths).flatMap((of) => Object.values(of).map(({ operationId }) => operationId));
  expect(new Set(ids).size).toBe(ids.length);
  expect(document.paths['/api/certificate-checks/{serial}']!['get']).toMatchObject({ security: [], 'x-error-codes': ['serial_invalid', 'not_found', 'too_many_attempts'] });
});

describe('examples', () => {
  it('are what their schemas ask for', () => {
    const all = exampled(document.paths);
    expect(all.length).toBeGreaterThan(400);
    for (const { schema, example } of all) {
      if ('$ref' in schema) continue;
      expect(ajv.validate(schema, example), `${JSON.stringify(example)} ${ajv.errorsText()} ${JSON.stringify(schema).slice(0, 300)}`).toBe(true);
    }
  });
  it('are the same each time, and those that are served', () => {
    expect(openApiText()).toBe(openApiText());
    expect(JSON.parse(readFileSync(openApiPath, 'utf8'))).toEqual(JSON.parse(JSON.stringify(document)));
  });
});
