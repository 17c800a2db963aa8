// Closes what a test opened, part by part, none of them longer than its time: what hangs is named, and the rest is closed all the same.
import type { ClosingParts } from '#runtime/closing.ts';

/** What closes at all closes in a tenth of this, and what hangs is told before a hook's own time (30 s) is over. */
const usualPatienceMs = 15_000;

/** `told` says more of a part that hangs: what inside it is waited for. Throws one error that names all that hung or failed. */
export async function closeInTime(parts: ClosingParts, told: (name: string) => string | null = () => null, patienceMs = usualPatienceMs): Promise<void> {
  const faults: string[] = [];
  for (const [name, close] of parts) {
    const late = Promise.withResolvers<string>();
    const timer = setTimeout(() => late.resolve(`${name} did not close within ${patienceMs} ms${told(name) ? `: ${told(name)}` : ''}`), patienceMs);
    const closed = Promise.resolve().then(close).then(() => null, (error: unknown) => `${name} did not close: ${error instanceof Error ? error.message : String(error)}`);
    const fault = await Promise.race([closed, late.promise]);
    clearTimeout(timer);
    if (fault) faults.push(fault);
  }
  if (faults.length > 0) throw new Error(faults.join('; '));
}
