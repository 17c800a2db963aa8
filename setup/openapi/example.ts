// An example of whatever a schema describes: the same each time, as short as it may be.
import fc from 'fast-check';

/** What is used of a schema. */
export interface Schema {
  const?: unknown; enum?: unknown[]; anyOf?: Schema[]; allOf?: Schema[]; type?: string | string[]; pattern?: string; minLength?: number; maxLength?: number; minimum?: number; exclusiveMinimum?: number; items?: Schema | false; prefixItems?: Schema[]; minItems?: number;
  properties?: Record<string, Schema>; required?: string[]; patternProperties?: Record<string, Schema>; default?: unknown;
}

/** Texts a reader knows, before anything is made up. */
const known = ['01982c5e-7d3a-7c44-9b1e-2f6a8d0c4e11', '2026-03-02T01:00:00.000Z', '2026-03-02', '09:00', '中国', '焊工', 'https://example.cn/', '13912345678', '000000', '1', 'ab'.repeat(32)];

function text({ pattern, minLength = 0, maxLength = 10_000 }: Schema): string {
  const fits = (value: string): boolean => value.length >= minLength && value.length <= maxLength && (pattern === undefined || new RegExp(pattern, 'u').test(value));
  const found = known.find(fits);
  if (found !== undefined) return pattern === undefined ? '文'.repeat(Math.max(2, minLength)).slice(0, Math.max(maxLength, minLength)) : found;
  if (pattern === undefined) return '文'.repeat(Math.max(1, minLength)).slice(0, maxLength);
  const [made] = fc.sample(fc.stringMatching(new RegExp(pattern, 'u')).filter(fits), { numRuns: 1, seed: 1 });
  return made!;
}

/** Throws where a schema allows nothing this knows how to make. */
export function exampleOf(schema: Schema): unknown {
  if ('const' in schema) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf) return exampleOf(schema.anyOf.find((one) => one.type !== 'null') ?? schema.anyOf[0]!);
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map(exampleOf)) as unknown;
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'string': return text(schema);
    case 'integer': case 'number': return schema.minimum ?? (schema.exclusiveMinimum === undefined ? 1 : schema.exclusiveMinimum + 1);
    case 'boolean': return true;
    case 'null': return null;
    case 'array': return schema.prefixItems ? schema.prefixItems.map(exampleOf) : Array.from({ length: Math.max(1, schema.minItems ?? 0) }, () => exampleOf(schema.items || {}));
    case 'object': return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, one]) => [name, exampleOf(one)]));
    default: return {};
  }
}
