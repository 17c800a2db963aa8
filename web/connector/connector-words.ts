// What of a connector has to be said in words: its state, why a platform takes nothing, why a fact was put aside.
import type { Connector } from '#contracts/connector-routes.ts';

type Translate = (key: string, named?: Record<string, unknown>) => string;
const troubles = ['connection', 'timeout', 'name', 'tls', 'inward', 'answer_too_long', 'mapping_missing', 'answer_form'];
const own = ['kind_unmapped', 'source_absent', 'code_unknown', 'value_unfit', 'fact_gone'];

export type ConnectorState = 'well' | 'waits' | 'trouble' | 'paused' | 'idle';
export function stateOf({ pausedAt, trouble, waiting, sent }: Connector): ConnectorState {
  if (pausedAt) return 'paused';
  if (trouble) return 'trouble';
  return waiting > 0 ? 'waits' : sent > 0 ? 'well' : 'idle';
}

/** Of a line or a platform: one of ours, `http_503`, or whatever else was kept. */
export function troubleWords(code: string, t: Translate): string {
  if (troubles.includes(code)) return t(`connector.trouble.${code}`);
  const status = /^http_(\d{3})$/.exec(code)?.[1];
  return status ? t('connector.trouble.http', { status }) : t('connector.trouble.other', { code });
}

/** Of a fact that was put aside: ours in words, the platform's own code as it came. */
export function deadWords(code: string, t: Translate): string {
  const [mine, reason = '', ...field] = code.split(' ');
  return mine === 'own' && own.includes(reason) ? t(`connector.own.${reason}`, { field: field.join(' ') }) : code;
}

const kinds = ['lesson_started', 'lesson_ended', 'ledger', 'check_settled', 'check_missed', 'certificate_issued', 'certificate_revoked', 'tree_head'];
/** Kinds that have a word; others by the name they have in a mapping. */
export function kindWords(kind: string, t: Translate): string {
  const key = kind.replace(':', '_');
  return kinds.includes(key) ? t(`connector.kind.${key}`) : kind;
}
