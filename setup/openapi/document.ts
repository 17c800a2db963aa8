// The OpenAPI 3.1 description of all REST routes, from the same table that checks requests; what a route is for and its errors are read from the comment above it.
import { readdirSync, readFileSync } from 'node:fs';
import { ApiPageQuery, apiV1Routes, type ApiRouteSpec } from '#contracts/api-v1.ts';
import { restRoutes, type RouteSpec } from '#contracts/rest.ts';
import { apiHeaders } from '#domain/api-client.ts';
import { errorStatus } from '#domain/errors.ts';
import { exampleOf, type Schema } from './example.ts';

const contracts = new URL('../../common/contracts/', import.meta.url);
const declared = /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?'((?:GET|POST|PUT|PATCH|DELETE) \/api[^']*)': \{/g;

/** Comments by route. */
function comments(): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of readdirSync(contracts).filter((file) => file.endsWith('.ts'))) {
    for (const [, words, route] of readFileSync(new URL(name, contracts), 'utf8').matchAll(declared)) if (words && route) found.set(route, words.replace(/\s*\n\s*\*?\s*/g, ' ').trim());
  }
  return found;
}

/** As JSON Schema 2020-12 writes it: places of a tuple are `prefixItems`. */
const plain = (schema: unknown): Schema => JSON.parse(JSON.stringify(schema), (_key, value: unknown) => {
  if (value === null || typeof value !== 'object' || !Array.isArray((value as { items?: unknown }).items)) return value;
  const { items } = value as { items: unknown[] };
  return Object.assign(value, { prefixItems: items, items: false });
}) as Schema;
const withExample = (schema: unknown) => ({ schema: plain(schema), example: exampleOf(plain(schema)) });
const bytes = { schema: { type: 'string', format: 'binary' } };
const bodyTypes: Record<string, string> = { picture: 'image/jpeg', workbook: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', bytes: 'application/octet-stream' };

function bodyOf({ body }: RouteSpec) {
  if (body === undefined) return {};
  if (body === 'pictures') return { requestBody: { required: true, content: { 'multipart/form-data': { schema: { type: 'object', properties: { picture: { type: 'array', items: { type: 'string', format: 'binary' } } }, required: ['picture'] } } } } };
  if (typeof body === 'string') return { requestBody: { required: true, content: { [bodyTypes[body]!]: bytes } } };
  return { requestBody: { required: true, content: { 'application/json': withExample(body) } } };
}

function parametersOf({ params, query }: RouteSpec) {
  const of = (where: 'path' | 'query', schema: unknown) => {
    const { properties = {}, required = [] } = schema === undefined ? {} : plain(schema);
    return Object.entries(properties).map(([name, one]) => ({ name, in: where, required: where === 'path' || required.includes(name), schema: one, example: exampleOf(one) }));
  };
  return [...of('path', params), ...of('query', query)];
}

const failed = (description: string) => ({ description, content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' }, example: { error: { code: 'not_found', message: 'no such row' } } } } });

function operation(route: string, spec: RouteSpec, words: string | undefined) {
  const [method = '', path = ''] = route.split(' ');
  const who = typeof spec.by === 'string' ? { anyone: 'Anybody, without a login.', account: 'Whoever is logged in and has a right to the row.' }[spec.by] : `Roles: ${spec.by.join(', ')}.`;
  const codes = [...new Set((words ?? '').split(/Errors?:/).slice(1).join(' ').match(/[a-z]+(?:_[a-z]+)+|forbidden|unauthenticated/g) ?? [])].filter((code) => code in errorStatus);
  const reply = spec.reply === 'file' ? { 'application/octet-stream': bytes } : { 'application/json': withExample(spec.reply) };
  return {
    operationId: `${method.toLowerCase()}${path.replace(/^\/api/, '').replace(/[/:.-]+(\w)/g, (_all, first: string) => first.toUpperCase()).replace(/\W/g, '')}`, tags: [path.split('/')[2]!], description: [words, who].filter(Boolean).join(' '),
    ...(spec.by === 'anyone' && { security: [] as Record<string, string[]>[] }), parameters: parametersOf(spec), ...bodyOf(spec),
    responses: { 200: { description: 'Done.', content: reply }, default: failed(codes.length > 0 ? `Refused; besides those of every route: ${codes.join(', ')}.` : 'Refused.') }, ...(codes.length > 0 && { 'x-error-codes': codes }),
  };
}

export function openApi() {
  const words = comments();
  const paths: Record<string, Record<string, ReturnType<typeof operation>>> = {};
  for (const [route, spec] of Object.entries(restRoutes as Record<string, RouteSpec>)) {
    const [method = '', path = ''] = route.split(' ');
    (paths[path.replace(/:(\w+)/g, '{$1}')] ??= {})[method.toLowerCase()] = operation(route, spec, words.get(route));
  }
  for (const [route, { scope, reply }] of Object.entries(apiV1Routes as Record<string, ApiRouteSpec>)) {
    const made = operation(route, { by: 'account', query: ApiPageQuery, reply }, words.get(route));
    (paths[route.split(' ')[1]!] ??= {})['get'] = { ...made, description: [words.get(route), `By a signed request of a client with the scope ${scope}: docs/api.md.`].filter(Boolean).join(' '), security: [Object.fromEntries(Object.keys(apiHeaders).map((name) => [name, []]))] };
  }
  return {
    openapi: '3.1.0', info: { title: 'Keshi', version: '1', description: 'Every REST route, from the table that checks requests. Fields that are not named are refused. Made by `npm run generate`.' },
    servers: [{ url: '/' }], security: [{ session: [] }], tags: [...new Set(Object.keys(paths).map((path) => path.split('/')[2]!))].sort().map((name) => ({ name })), paths,
    components: {
      securitySchemes: { ...Object.fromEntries(Object.entries(apiHeaders).map(([name, header]) => [name, { type: 'apiKey', in: 'header', name: header }])), session: { type: 'apiKey', in: 'cookie', name: 'keshi_session', description: 'Set by POST /api/session.' } },
      schemas: { Error: { type: 'object', required: ['error'], properties: { error: { type: 'object', required: ['code', 'message'], properties: { code: { type: 'string', enum: Object.keys(errorStatus) }, message: { type: 'string' }, requestId: { type: 'string' } } } } } },
    },
  };
}
/** One line for each operation, so that a change is seen as one. */
export function openApiText(): string {
  const { paths, ...rest } = openApi();
  const head = JSON.stringify(rest, null, 1).replace(/\n\}$/, '');
  const lines = Object.entries(paths).map(([path, operations]) => `  ${JSON.stringify(path)}: {\n${Object.entries(operations).map(([method, one]) => `   ${JSON.stringify(method)}: ${JSON.stringify(one)}`).join(',\n')}\n  }`);
  return `${head},\n "paths": {\n${lines.join(',\n')}\n }\n}\n`;
}
