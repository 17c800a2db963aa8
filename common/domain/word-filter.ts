// Words an institution does not want to read: found whatever their case, their width and what is put between their letters.

/** Longest word of a list, in letters after folding; longer lines are left out. */
export const longestWord = 64;

/** A letter, a mark on one, or a figure. All else (spaces, punctuation, symbols) is as if it were not there. */
const counts = /^[\p{L}\p{M}\p{N}]$/u;
/** Not seen at all, though letters or marks by name: fillers, selectors of variants. */
const unseen = /\p{Default_Ignorable_Code_Point}/gu;
/** Scripts that put words between spaces: there a word on the list is a whole word. */
const spaced = /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Nd}]$/u;

interface Letter { sign: string; spaced: boolean; /** Something that does not count stood before it. */ apart: boolean }

/** Width by NFKC; case by upper and lower, so that all three sigmas are one. */
const folded = (text: string): string => {
  const wide = text.normalize('NFKC').replace(unseen, '');
  return [...wide].map((sign) => sign.toUpperCase().toLowerCase()).join('').normalize('NFKC').replace(unseen, '');
};

function lettersOf(text: string): Letter[] {
  const letters: Letter[] = [];
  let apart = true;
  for (const sign of folded(text)) {
    if (counts.test(sign)) {
      letters.push({ sign, spaced: spaced.test(sign), apart });
      apart = false;
    } else apart = true;
  }
  return letters;
}

interface Step { next: Map<string, Step>; end: boolean }
const newStep = (): Step => ({ next: new Map(), end: false });

/** True where no word of a spaced script goes on over this place, so that `class` does not have the last three letters of itself in it. */
function isEdge(before: Letter | undefined, after: Letter | undefined): boolean {
  return !before || !after || after.apart || !before.spaced || !after.spaced;
}

function foundAt(letters: readonly Letter[], from: number, root: Step): boolean {
  if (!isEdge(letters[from - 1], letters[from])) return false;
  let step: Step | undefined = root;
  for (let at = from; at < letters.length; at++) {
    step = step.next.get(letters[at]!.sign);
    if (!step) return false;
    if (step.end && isEdge(letters[at], letters[at + 1])) return true;
  }
  return false;
}

export interface WordFilter {
  /** Words in it, each counted once. */
  size: number;
  /** Lines that can match nothing: only punctuation, or longer than `longestWord`. Empty lines are not counted. */
  unusable: number;
  /** True where a word of the list stands in the text. Throws nothing. */
  refuses(text: string): boolean;
}

/**
 * A filter of these words. Chinese words are found anywhere; words of Latin, Greek or Cyrillic letters and figures where they begin and end as words do
 * (decision 048). Time for a text grows with its length and with the longest word, not with the list.
 */
export function wordFilter(words: Iterable<string>): WordFilter {
  const root = newStep();
  const counted = { size: 0, unusable: 0 };
  for (const word of words) {
    if (word.trim() === '') continue;
    const letters = lettersOf(word);
    if (letters.length === 0 || letters.length > longestWord) {
      counted.unusable++;
      continue;
    }
    let step = root;
    for (const { sign } of letters) {
      let next = step.next.get(sign);
      if (!next) step.next.set(sign, next = newStep());
      step = next;
    }
    if (!step.end) counted.size++;
    step.end = true;
  }
  return {
    ...counted,
    refuses(text) {
      if (counted.size === 0) return false;
      const letters = lettersOf(text);
      return letters.some((_letter, from) => foundAt(letters, from, root));
    },
  };
}
