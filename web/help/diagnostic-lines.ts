// Diagnostics in words: the same lines for whoever sends them and for the desk.
import type { Diagnostics } from '#contracts/help-routes.ts';
import { percent } from '../format.ts';

type Translate = (key: string, filled?: Record<string, unknown>) => string;

export function diagnosticLines(t: Translate, { browser, language, screen, page, online, skewMs, errors, camera, microphone, media }: Diagnostics): [name: string, value: string][] {
  const line = (key: string, value: string): [string, string] => [t(`help.diagnostic.${key}`), value];
  const figures = media && [media.state, ...(media.rttMs === null ? [] : [`${Math.round(media.rttMs)} ms`]), ...(media.lostShare === null ? [] : [t('help.lost', { share: percent(media.lostShare) })])].join(' · ');
  return [
    line('browser', browser), line('screen', `${screen} · ${language}`), line('page', page), line('online', t(online ? 'help.yes' : 'help.no')),
    ...(skewMs === null ? [] : [line('skew', t('help.seconds', { n: Math.round(skewMs / 100) / 10 }))]),
    line('devices', t('help.devices', { camera: t(`help.permission.${camera}`), microphone: t(`help.permission.${microphone}`) })),
    ...(figures ? [line('media', figures)] : []),
    line('errors', errors.length === 0 ? t('help.none') : errors.map(({ code, requestId }) => [code, requestId].filter(Boolean).join(' ')).join('; ')),
  ];
}
