// Turns the feature files of one language into one message tree: `./zh/lesson.ts` becomes `lesson.*`.

/** A text, or a group of texts. */
export interface Texts { [key: string]: string | Texts }

export function gather(files: Record<string, Texts>): Record<string, Texts> {
  return Object.fromEntries(Object.entries(files).map(([path, texts]) => [path.replace(/^.*\//, '').replace(/\.ts$/, ''), texts]));
}
