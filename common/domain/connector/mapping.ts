// How a fact becomes what one platform wants to be sent: which kinds, to which path, field by field. A mapping is a file; this judges and applies it (decision 089).

/** How a value is written. Times are of Shanghai, but for `instant` (ISO 8601, UTC); `minutes` and `seconds` are whole ones of milliseconds, cut and not rounded; `flag` is 1 or 0; `json` is a list or an object as text. */
export const sourceFormats = ['text', 'integer', 'decimal', 'minutes', 'seconds', 'date', 'datetime', 'instant', 'flag', 'json'] as const;
export type SourceFormat = (typeof sourceFormats)[number];
export type Written = string | number | boolean | null;

/** Either a constant, or a value taken from the fact: through a table of codes, or in a format. `otherwise` stands in for what is absent or in no table; `optional` leaves the field out. */
export interface FieldMapping { constant?: Written; from?: string; format?: SourceFormat; codes?: Record<string, string | number>; otherwise?: Written; optional?: boolean }
export interface FactMapping { kind: string; path: string; fields: Record<string, FieldMapping> }
/** `reconciliation`: the path that is asked for counts and hashes of a day; null for a webhook: one fact a message, to the address itself, nothing compared. */
export interface ConnectorMapping { name: string; about: string; reconciliation: string | null; facts: FactMapping[] }
/** The mapping of what institutions let their own programs be told. */
export const webhookMapping = 'webhook';

/** A fact with what it is about. Names are looked up when it is sent; null where there is none. */
export interface SourceFact {
  id: string; kind: string; subject: string; at: string; day: string; institutionId: string | null; payload: Readonly<Record<string, unknown>>;
  institution: { name: string; creditCode: string | null; filingNumber: string | null } | null;
  lesson: { id: string; title: string; startsAt: string; endsAt: string } | null;
  cohort: { id: string; title: string } | null;
  person: { id: string; name: string } | null;
}
const plainSources = ['id', 'kind', 'subject', 'at', 'day', 'institutionId'] as const;
const partSources = {
  institution: ['name', 'creditCode', 'filingNumber'], lesson: ['id', 'title', 'startsAt', 'endsAt'], cohort: ['id', 'title'], person: ['id', 'name'],
} as const satisfies Record<string, readonly string[]>;

const name = /^[a-z0-9][a-z0-9-]{0,59}$/;
const kindName = /^(ledger|tree_head|[a-z][A-Za-z0-9_-]*:[a-z][A-Za-z0-9_-]*)$/;
const pathName = /^(\/[A-Za-z0-9._~-]+)+$/;
const fieldName = /^[A-Za-z_][A-Za-z0-9_.-]{0,79}$/;
const payloadSource = /^payload(\.[A-Za-z0-9_]+){1,5}$/;

export const mappingFaultCodes = [
  'mapping_not_json', 'mapping_form', 'mapping_name', 'mapping_name_double', 'mapping_path', 'mapping_no_facts', 'mapping_kind', 'mapping_kind_double', 'mapping_no_fields', 'mapping_field_name', 'mapping_field_unknown_key',
  'mapping_source_or_constant', 'mapping_source', 'mapping_format', 'mapping_codes', 'mapping_codes_and_format', 'mapping_otherwise',
] as const;
/** What is wrong, and where in the file: `facts[2].fields.minutes`. */
export interface MappingFault { code: (typeof mappingFaultCodes)[number]; at: string }

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isWritten = (value: unknown): value is Written => value === null || ['string', 'number', 'boolean'].includes(typeof value);
const fits = (pattern: RegExp, value: unknown): value is string => typeof value === 'string' && pattern.test(value);

function isSource(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  if ((plainSources as readonly string[]).includes(value) || payloadSource.test(value)) return true;
  const [part = '', field = '', ...rest] = value.split('.');
  return rest.length === 0 && Object.hasOwn(partSources, part) && (partSources[part as keyof typeof partSources] as readonly string[]).includes(field);
}

const isTable = (value: unknown): boolean => isObject(value) && Object.keys(value).length > 0 && Object.values(value).every((one) => typeof one === 'string' || typeof one === 'number');
const fieldKeys = ['constant', 'from', 'format', 'codes', 'otherwise', 'optional'];

function fieldFaults(field: unknown, at: string): MappingFault[] {
  if (!isObject(field)) return [{ code: 'mapping_form', at }];
  const found: MappingFault['code'][] = [];
  if (Object.keys(field).some((key) => !fieldKeys.includes(key)) || (field.optional !== undefined && typeof field.optional !== 'boolean')) found.push('mapping_field_unknown_key');
  const constant = 'constant' in field;
  if (constant === ('from' in field) || (constant && (!isWritten(field.constant) || ['format', 'codes', 'otherwise', 'optional'].some((key) => key in field)))) found.push('mapping_source_or_constant');
  if ('from' in field && !isSource(field.from)) found.push('mapping_source');
  if ('format' in field && !(sourceFormats as readonly unknown[]).includes(field.format)) found.push('mapping_format');
  if ('codes' in field && !isTable(field.codes)) found.push('mapping_codes');
  if ('codes' in field && 'format' in field) found.push('mapping_codes_and_format');
  if ('otherwise' in field && (!isWritten(field.otherwise) || field.optional === true)) found.push('mapping_otherwise');
  return found.map((code) => ({ code, at }));
}

function factFaults(fact: unknown, at: string, kinds: Set<unknown>, plain: boolean): MappingFault[] {
  if (!isObject(fact) || Object.keys(fact).some((key) => !['kind', 'path', 'fields'].includes(key))) return [{ code: 'mapping_form', at }];
  const found: MappingFault[] = [];
  if (fact.kind !== '*' && !fits(kindName, fact.kind)) found.push({ code: 'mapping_kind', at });
  if (kinds.has(fact.kind)) found.push({ code: 'mapping_kind_double', at });
  kinds.add(fact.kind);
  if (plain ? fact.path !== '' : !fits(pathName, fact.path)) found.push({ code: 'mapping_path', at });
  if (!isObject(fact.fields) || Object.keys(fact.fields).length === 0) return [...found, { code: 'mapping_no_fields', at }];
  return [...found, ...Object.entries(fact.fields).flatMap(([key, field]) => [
    ...(fieldName.test(key) ? [] : [{ code: 'mapping_field_name' as const, at: `${at}.fields.${key}` }]), ...fieldFaults(field, `${at}.fields.${key}`)])];
}

/** All that is wrong with what a file says; empty where it may be used as a ConnectorMapping. */
export function mappingFaults(value: unknown): MappingFault[] {
  if (!isObject(value) || Object.keys(value).some((key) => !['name', 'about', 'reconciliation', 'facts'].includes(key)) || typeof value.about !== 'string') return [{ code: 'mapping_form', at: '' }];
  const found: MappingFault[] = [];
  if (!fits(name, value.name)) found.push({ code: 'mapping_name', at: 'name' });
  if (value.reconciliation !== null && !fits(pathName, value.reconciliation)) found.push({ code: 'mapping_path', at: 'reconciliation' });
  if (!Array.isArray(value.facts) || value.facts.length === 0) return [...found, { code: 'mapping_no_facts', at: 'facts' }];
  const kinds = new Set<unknown>();
  return [...found, ...value.facts.flatMap((fact, index) => factFaults(fact, `facts[${index}]`, kinds, value.reconciliation === null))];
}

export const isWebhook = ({ reconciliation }: ConnectorMapping): boolean => reconciliation === null;

/** What a mapping wants: its kinds, as the outbox asks for them. */
export const kindsOf = ({ facts }: ConnectorMapping): string[] => facts.map(({ kind }) => kind).toSorted();

/** Why a fact cannot be sent with a mapping; `field` names what it is about. */
export type UnmappedCode = 'kind_unmapped' | 'source_absent' | 'code_unknown' | 'value_unfit';
export type Mapped = { ok: true; path: string; data: Record<string, Written> } | { ok: false; code: UnmappedCode; field: string };

const shifted = (value: unknown): string | null => {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? null : new Date(at + 8 * 3_600_000).toISOString();
};
const number = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);
const whole = (value: unknown, by: number): number | null => { const of = number(value); return of === null ? null : Math.trunc(of / by); };
const writers: Readonly<Record<SourceFormat, (value: unknown) => Written>> = {
  text: (value) => (typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : null),
  integer: (value) => whole(value, 1), decimal: number, minutes: (value) => whole(value, 60_000), seconds: (value) => whole(value, 1000),
  date: (value) => (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : shifted(value)?.slice(0, 10) ?? null),
  datetime: (value) => shifted(value)?.slice(0, 19).replace('T', ' ') ?? null,
  instant: (value) => { const at = typeof value === 'string' ? Date.parse(value) : Number.NaN; return Number.isNaN(at) ? null : new Date(at).toISOString(); },
  flag: (value) => (typeof value === 'boolean' ? (value ? 1 : 0) : null), json: (value) => JSON.stringify(value),
};

const valueAt = (fact: SourceFact, source: string): unknown =>
  source.split('.').reduce<unknown>((value, key) => (isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined), fact);

function written(fact: SourceFact, { constant, from = '', format = 'text', codes, otherwise, optional }: FieldMapping): Written | undefined | { code: UnmappedCode } {
  if (constant !== undefined) return constant;
  const value = valueAt(fact, from);
  const fallback = (code: UnmappedCode) => (otherwise !== undefined ? otherwise : optional ? undefined : { code });
  if (value === undefined || value === null) return fallback('source_absent');
  if (codes) return Object.hasOwn(codes, String(value)) ? codes[String(value)]! : fallback('code_unknown');
  return writers[format](value) ?? { code: 'value_unfit' };
}

/** One fact as the platform wants it. A kind of its own goes before `*`. */
export function mapFact({ facts }: ConnectorMapping, fact: SourceFact): Mapped {
  const rule = facts.find(({ kind }) => kind === fact.kind) ?? facts.find(({ kind }) => kind === '*');
  if (!rule) return { ok: false, code: 'kind_unmapped', field: fact.kind };
  const data: Record<string, Written> = {};
  for (const [field, mapping] of Object.entries(rule.fields)) {
    const value = written(fact, mapping);
    if (typeof value === 'object' && value !== null) return { ok: false, code: value.code, field };
    if (value !== undefined) data[field] = value;
  }
  return { ok: true, path: rule.path, data };
}
