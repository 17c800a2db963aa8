// What the page of the interface shows, out of the OpenAPI description.

export interface Schema { type?: string; const?: unknown; anyOf?: Schema[]; items?: Schema; properties?: Record<string, Schema>; required?: string[]; pattern?: string; minimum?: number; maximum?: number; minLength?: number; maxLength?: number; $ref?: string }
interface Content { content?: Record<string, { schema?: Schema; example?: unknown }>; description?: string }
interface Described { tags?: string[]; description?: string; parameters?: { name: string; in: string; required?: boolean; schema?: Schema; example?: unknown }[]; requestBody?: Content; responses?: Record<string, Content> }
export interface OpenApi { openapi: string; info: { title: string; version: string }; paths: Record<string, Record<string, Described>> }

export interface Field { name: string; where: 'path' | 'query' | 'body' | 'answer'; what: string; needed: boolean }
export interface Operation { id: string; method: string; path: string; tag: string; text: string; fields: Field[]; example: string | null; answer: string | null; answerType: string | null }

/** A shape in one line, as somebody would say it: `text ≤ 80`, `list of uuid`, `a | b`. */
export function shapeOf(schema: Schema | undefined): string {
  if (!schema) return 'any';
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.anyOf) return schema.anyOf.map(shapeOf).join(' | ');
  if (schema.type === 'array') return `[${shapeOf(schema.items)}]`;
  if (schema.type === 'object') return schema.properties ? `{ ${Object.keys(schema.properties).join(', ')} }` : 'object';
  const limits = [schema.minimum !== undefined && `≥ ${schema.minimum}`, schema.maximum !== undefined && `≤ ${schema.maximum}`, schema.maxLength !== undefined && `≤ ${schema.maxLength}`].filter(Boolean).join(', ');
  const kind = schema.pattern?.startsWith('^[0-9a-f]{8}-') ? 'uuid' : schema.pattern?.startsWith('^\\d{4}-\\d{2}-\\d{2}T') ? 'instant' : schema.type ?? 'any';
  return limits === '' ? kind : `${kind} ${limits}`;
}

const fieldsIn = (schema: Schema | undefined, where: 'body' | 'answer'): Field[] =>
  Object.entries(schema?.properties ?? {}).map(([name, of]) => ({ name, where, what: shapeOf(of), needed: schema!.required?.includes(name) ?? false }));
const shown = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value, null, 2));

/** All of them in the order of their addresses, those for programs (`v1`) first. */
export function operationsOf(document: OpenApi): Operation[] {
  const all = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, { tags, description = '', parameters = [], requestBody, responses = {} }]): Operation => {
    const [body, [type, answer] = [null, undefined]] = [requestBody?.content?.['application/json'], Object.entries(responses['200']?.content ?? {})[0]];
    return {
      id: `${method} ${path}`, method: method.toUpperCase(), path, tag: tags?.[0] ?? '', text: description, example: shown(body?.example), answer: type === 'application/json' ? shown(answer?.example) : null, answerType: type,
      fields: [...parameters.map(({ name, in: where, schema, required }): Field => ({ name, where: where === 'path' ? 'path' : 'query', what: shapeOf(schema), needed: required ?? false })), ...fieldsIn(body?.schema, 'body'), ...fieldsIn(answer?.schema, 'answer')],
    };
  }));
  return all.toSorted((one, other) => Number(other.tag === 'v1') - Number(one.tag === 'v1') || (one.path < other.path ? -1 : 1));
}

/** Every word of the question stands somewhere in it. */
export function found(operations: readonly Operation[], question: string): Operation[] {
  const words = question.toLowerCase().split(/\s+/).filter(Boolean);
  return operations.filter(({ method, path, text }) => words.every((word) => `${method} ${path} ${text}`.toLowerCase().includes(word)));
}

/** By their first part, in the order in which they come. */
export function grouped(operations: readonly Operation[]): { tag: string; operations: Operation[] }[] {
  const groups = new Map<string, Operation[]>();
  for (const one of operations) groups.set(one.tag, [...groups.get(one.tag) ?? [], one]);
  return [...groups].map(([tag, of]) => ({ tag, operations: of }));
}
