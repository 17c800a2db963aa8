// The public corner: what is shown to everybody, from when to when, and who may let it through (R33, R34, R35).

export const publicPostKinds = ['news', 'job'] as const;
export type PublicPostKind = (typeof publicPostKinds)[number];
/** `waiting`: a job somebody else has to look at first; news are out at once. */
export const publicPostStates = ['waiting', 'published', 'refused', 'taken_down'] as const;
export type PublicPostState = (typeof publicPostStates)[number];

/** Signs at most; of news `words` is plain text, a blank line begins a paragraph. */
export const publicPostSigns = { title: 120, words: 10_000, source: 200, place: 100, wage: 100, requirements: 1000, contact: 200, reason: 500, complaint: 500 } as const;
export const mostLinks = 10;
export const longestJobDays = 90;
const dayMs = 86_400_000;

/** Until when a job is shown: as asked, ninety days at most. Null: that is no day to come. */
export function jobEndsAt(wanted: Date, now: Date): Date | null {
  if (wanted <= now) return null;
  const latest = new Date(now.getTime() + longestJobDays * dayMs);
  return wanted > latest ? latest : wanted;
}

/** News are published by whoever may write them; a job waits for somebody else. */
export const firstState = (kind: PublicPostKind): PublicPostState => (kind === 'news' ? 'published' : 'waiting');
/** Whether everybody sees it now. */
export const isShown = ({ state, endsAt }: { state: PublicPostState; endsAt: Date | null }, now: Date): boolean => state === 'published' && (endsAt === null || endsAt > now);
/** Only http and https, without a name or password in front of the host. */
export const isPlainLink = (link: string): boolean => URL.canParse(link) && /^https?:$/.test(new URL(link).protocol) && new URL(link).username === '' && new URL(link).password === '';
