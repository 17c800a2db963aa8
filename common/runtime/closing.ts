// Closes the parts of something in turn, and knows at any moment which part that waits for.

export type ClosingParts = readonly (readonly [name: string, close: () => unknown])[];

export class Closing {
  /** The part that is being closed; null before and after. */
  now: string | null = null;

  /** Each part when the one before it is closed. A part that throws ends the closing, and stays named. */
  async run(parts: ClosingParts): Promise<void> {
    for (const [name, close] of parts) {
      this.now = name;
      await close();
    }
    this.now = null;
  }
}
