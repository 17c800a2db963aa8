// The list of questions after one of them changed, in the order the server gives it.
import type { QaList, QaThread } from '#contracts/qa.ts';

const lastAt = ({ posts, askedAt }: QaThread): string => posts.at(-1)?.at ?? askedAt;
const order = (a: QaThread, b: QaThread): number =>
  Number(a.state === 'solved') - Number(b.state === 'solved') || lastAt(b).localeCompare(lastAt(a)) || b.threadId.localeCompare(a.threadId);

/** A new one, or one in place of what was known of it. */
export function withThread(board: QaList, thread: QaThread): QaList {
  const known = board.list.find(({ threadId }) => threadId === thread.threadId);
  const open = (one: QaThread | undefined): number => (one && one.state !== 'solved' ? 1 : 0);
  return {
    ...board, threads: board.threads + (known ? 0 : 1), unsolved: board.unsolved + open(thread) - open(known),
    list: [...board.list.filter((one) => one !== known), thread].sort(order),
  };
}
