// Small schemas that several contracts share. Everything is closed: extra fields are refused.
import Type, { type Static, type TSchema, type TProperties } from 'typebox';

/** An object that refuses fields it does not name. */
export const Closed = <T extends TProperties>(properties: T) => Type.Object(properties, { additionalProperties: false });
export const Uuid = Type.String({ pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' });
/** An instant as ISO 8601 in UTC, milliseconds kept. */
export const Instant = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,6})?Z$' });
export const OneOf = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>(Type.Union(values.map((value) => Type.Literal(value))));
export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
export const Empty = Closed({});
export type Empty = Static<typeof Empty>;
/** Mediasoup's own structures: checked for being an object here, checked in depth by mediasoup itself. */
export const Opaque = <T>() => Type.Unsafe<T>(Type.Object({}, { additionalProperties: true }));
