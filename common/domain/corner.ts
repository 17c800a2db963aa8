// The public corner: policy news and jobs that everybody reads without login, and what the authority gives to everybody (R33, R34, R70).
import { shanghaiDay, shanghaiInstant } from './day.ts';

export const cornerKinds = ['news', 'job'] as const;
export type CornerKind = (typeof cornerKinds)[number];
/** `waiting`: somebody else has to look at it first. */
export const cornerStates = ['waiting', 'published', 'refused', 'taken_down'] as const;
export type CornerState = (typeof cornerStates)[number];
export const cornerActs = ['publish', 'refuse', 'take_down'] as const;
export type CornerAct = (typeof cornerActs)[number];

/** Signs at most; `words` is plain text. */
export const cornerSigns = { title: 120, words: 5000, source: 100, link: 300, employer: 100, place: 100, wage: 60, contact: 100, reasonLeast: 2, reason: 500 } as const;
export const longestJobDays = 90;
/** Of the authority, of one platform (R70). The rows have no more places. */
export const mostResources = 10;
export const resourceSigns = { title: 60, words: 200, fileName: 255 } as const;
/** Of a list everybody reads: little enough for a phone on a slow line. */
export const cornerPage = 20;
const dayMs = 86_400_000;

const moves: Readonly<Record<CornerState, Partial<Record<CornerAct, CornerState>>>> = {
  waiting: { publish: 'published', refuse: 'refused', take_down: 'taken_down' }, published: { take_down: 'taken_down' }, refused: {}, taken_down: {},
};
/** Null: that cannot be done to it. */
export const cornerStateAfter = (state: CornerState, act: CornerAct): CornerState | null => moves[state][act] ?? null;
/** Whoever refuses or takes down says why; letting through needs no words. */
export const needsReason = (act: CornerAct): boolean => act !== 'publish';

/** Only http and https, without a name or password in front of the host. */
export const isPlainLink = (link: string): boolean => URL.canParse(link) && /^https?:$/.test(new URL(link).protocol) && new URL(link).username === '' && new URL(link).password === '';

/** The instant a post is no longer shown: the end of its last day in Shanghai. Null for what is no day. */
export function endOfLastDay(lastDay: string): Date | null {
  const begin = shanghaiInstant(lastDay, '00:00');
  return begin && new Date(begin.getTime() + dayMs);
}
/** The last day a job written now may be shown. */
export const latestLastDay = (now: Date): string => shanghaiDay(new Date(now.getTime() + (longestJobDays - 1) * dayMs));

export interface CornerContent { title: string; words: string; source: string; link: string; employer: string; place: string; wage: string; contact: string }
export type CornerField = keyof CornerContent | 'lastDay';
const contentFields = ['title', 'words', 'source', 'link', 'employer', 'place', 'wage', 'contact'] as const;
/** Fields of the other kind are empty; `lastDay` may be null of news. */
const needed: Readonly<Record<CornerKind, readonly (keyof CornerContent)[]>> = { news: ['title', 'words', 'source'], job: ['title', 'words', 'employer', 'place', 'wage', 'contact'] };
const possible: Readonly<Record<CornerKind, readonly (keyof CornerContent)[]>> = { news: [...needed.news, 'link'], job: needed.job };

export const trimmedContent = (given: CornerContent): CornerContent => {
  const of = (field: keyof CornerContent): string => given[field].trim();
  return { title: of('title'), words: of('words'), source: of('source'), link: of('link'), employer: of('employer'), place: of('place'), wage: of('wage'), contact: of('contact') };
};

/** The first field that is wrong, of trimmed content; null: none is. A job is shown for ninety days at most, today included. */
export function cornerFault(kind: CornerKind, content: CornerContent, lastDay: string | null, now: Date): CornerField | null {
  const missing = needed[kind].find((field) => content[field] === '');
  const surplus = contentFields.find((field) => content[field] !== '' && !possible[kind].includes(field));
  if (missing ?? surplus) return (missing ?? surplus)!;
  if (content.link !== '' && !isPlainLink(content.link)) return 'link';
  if (lastDay === null) return kind === 'job' ? 'lastDay' : null;
  const ends = endOfLastDay(lastDay);
  return !ends || ends <= now || (kind === 'job' && lastDay > latestLastDay(now)) ? 'lastDay' : null;
}
