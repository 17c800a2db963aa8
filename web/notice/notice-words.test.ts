// Notices in words, both languages.
import { expect, it } from 'vitest';
import { i18n } from '../i18n/i18n.ts';
import { noticeWords } from './notice-words.ts';

const now = Date.parse('2026-11-22T04:00:00Z');
const parts = { title: '焊接安全', startsAt: '2026-11-24T01:00:00.000Z', place: null };
const zh: Parameters<typeof noticeWords>[0] = (key, filled) => i18n.global.t(key, filled ?? {});

it.each([
  [{ kind: 'scheduled' as const, parts }, '新排了课：焊接安全', ['11月24日 周二 09:00']],
  [{ kind: 'scheduled' as const, parts: { ...parts, count: 8, place: '一号室' } }, '新排了 8 节课：焊接安全', ['第一节 11月24日 周二 09:00，一号室']],
  [{ kind: 'moved' as const, parts: { ...parts, fromStartsAt: '2026-11-23T01:00:00.000Z', fromPlace: '一号室' } }, '调课：焊接安全', ['11月24日 周二 09:00', '原来是 11月23日 周一 09:00，一号室']],
  [{ kind: 'substituted' as const, parts: { ...parts, fromTeacher: '周建国', teacher: '孙丽' } }, '换老师：焊接安全', ['11月24日 周二 09:00', '周建国 → 孙丽']],
  [{ kind: 'scheduled' as const, parts: { ...parts, until: '2026-12-08T14:00:00.000Z' } }, '新排了课：焊接安全', ['11月24日 周二 09:00起，12月8日 周二 22:00截止，随时可学']],
  [{ kind: 'reminder_soon' as const, parts }, '马上上课：焊接安全', ['11月24日 周二 09:00']],
])('says of %j', (notice, title, lines) => {
  i18n.global.locale.value = 'zh';
  expect(noticeWords(zh, notice, now, 'zh')).toEqual({ title, lines });
});
