// What may stand in the public corner, for how long, and what may be done to it (R33, R34).
import { describe, expect, it } from 'vitest';
import { cornerActs, cornerFault, cornerStateAfter, cornerStates, endOfLastDay, isPlainLink, latestLastDay, type CornerContent } from './corner.ts';

const now = new Date('2026-03-02T01:00:00.000Z');
const none: CornerContent = { title: '', words: '', source: '', link: '', employer: '', place: '', wage: '', contact: '' };
const news: CornerContent = { ...none, title: '技能提升补贴', words: '申领条件', source: '省人社厅' };
const job: CornerContent = { ...none, title: '焊工', words: '有证', employer: '示范厂', place: '秦皇岛', wage: '6000', contact: '0335-0000000' };

it('moves as the table says, and never back', () => {
  const all = cornerStates.flatMap((state) => cornerActs.map((act) => [state, act, cornerStateAfter(state, act)] as const)).filter(([, , after]) => after !== null);
  expect(all).toEqual([['waiting', 'publish', 'published'], ['waiting', 'refuse', 'refused'], ['waiting', 'take_down', 'taken_down'], ['published', 'take_down', 'taken_down']]);
});

describe('a post', () => {
  it('is whole with what its kind needs, and has nothing of the other', () => {
    expect([cornerFault('news', news, null, now), cornerFault('job', job, '2026-03-02', now)]).toEqual([null, null]);
    for (const field of ['title', 'words', 'source'] as const) expect(cornerFault('news', { ...news, [field]: '' }, null, now)).toBe(field);
    for (const field of ['title', 'words', 'employer', 'place', 'wage', 'contact'] as const) expect(cornerFault('job', { ...job, [field]: '' }, '2026-03-02', now)).toBe(field);
    expect([cornerFault('news', { ...news, wage: '1' }, null, now), cornerFault('job', { ...job, link: 'https://a.cn' }, '2026-03-02', now)]).toEqual(['wage', 'link']);
  });

  it('of a job ends, within ninety days; of news it may', () => {
    expect(latestLastDay(now)).toBe('2026-05-30');
    expect(['2026-05-30', '2026-05-31', '2026-03-01', '2026-02-30', null].map((day) => cornerFault('job', job, day, now))).toEqual([null, 'lastDay', 'lastDay', 'lastDay', 'lastDay']);
    expect(['2027-12-31', '2026-03-01', null].map((day) => cornerFault('news', news, day, now))).toEqual([null, 'lastDay', null]);
  });

  it('is shown to the end of its last day in Shanghai', () => {
    expect(endOfLastDay('2026-03-02')?.toISOString()).toBe('2026-03-02T16:00:00.000Z');
    expect(cornerFault('job', job, '2026-03-02', new Date('2026-03-02T15:59:59.999Z'))).toBeNull();
    expect(cornerFault('job', job, '2026-03-02', new Date('2026-03-02T16:00:00.000Z'))).toBe('lastDay');
  });
});

it('takes plain links alone', () => {
  expect(['https://www.example.gov.cn/a?b=1', 'http://example.cn'].map(isPlainLink)).toEqual([true, true]);
  expect(['javascript:alert(1)', 'data:text/html,x', 'ftp://example.cn', 'https://bank.cn@evil.cn', 'example.cn', ''].map(isPlainLink)).toEqual(Array(6).fill(false));
  expect(cornerFault('news', { ...news, link: 'javascript:alert(1)' }, null, now)).toBe('link');
});
