// What there is to do, asked of the rows in one statement for all steps of a clock: an idle system asks nothing else.
import type { Orm } from '#db/orm.ts';

/** `sql`: true where rows may wait for a step. It may say so too often, never too seldom; best made of the step's own condition. */
export interface Due { sql: string; values: readonly unknown[] }
export const due = (sql: string, ...values: readonly unknown[]): Due => ({ sql, values });

/** A session runs. */
export const anyLive: Due = due('exists (select from lesson_session where ended_at is null)');

/** Answers in the order of the asking. */
export type Look = (asked: readonly Due[]) => Promise<boolean[]>;

/** What several steps ask alike is asked once. Each clock looks by itself: what holds up one table holds up nobody who does not ask for it. */
export const lookAtRows = (orm: Orm): Look => async (asked) => {
  if (asked.length === 0) return [];
  const keys = asked.map(({ sql, values }) => JSON.stringify([sql, values]));
  const once = [...new Set(keys)];
  const dues = once.map((key) => asked[keys.indexOf(key)]!);
  const [row] = await orm.em.fork().execute<Record<string, boolean>[]>(`select ${dues.map(({ sql }, place) => `(${sql}) as due${place}`).join(', ')}`, dues.flatMap(({ values }) => values));
  return keys.map((key) => row?.[`due${once.indexOf(key)}`] === true);
};
