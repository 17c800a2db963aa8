// Makes this node known to signaling, at once and then as often as told. While signaling is away media go on, and it is tried again quietly.
import { mediaNodesPath, NodeRegistered, type NodeRegistration } from '#contracts/media-node.ts';
import { checker } from '#runtime/answer.ts';
import type { Logger } from '#runtime/log.ts';

const answerMs = 3000;
const retryMs = 1000;
/** Signaling may start after the node: a first refusal is no news. */
const warnAfter = 3;
const check = checker(NodeRegistered);

export interface RegistrationOptions {
  /** Of signaling's internal port. */
  url: string;
  secret: string;
  say: () => NodeRegistration;
  /** What the operator wants of the node, with every answer. */
  onDraining: (draining: boolean) => void;
  log: Logger;
}

export class Registration {
  readonly #options: RegistrationOptions;
  readonly #stopped = new AbortController();
  #timer: NodeJS.Timeout | null = null;
  #failures = 0;

  constructor(options: RegistrationOptions) {
    this.#options = options;
    void this.#again();
  }

  close(): void {
    this.#stopped.abort();
    if (this.#timer) clearTimeout(this.#timer);
  }

  async #again(): Promise<void> {
    const waitMs = await this.#register().catch((error: unknown) => this.#failed(error));
    if (!this.#stopped.signal.aborted) this.#timer = setTimeout(() => void this.#again(), waitMs);
  }

  async #register(): Promise<number> {
    const { url, secret, say, onDraining, log } = this.#options;
    const response = await fetch(new URL(mediaNodesPath, url), {
      method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` }, body: JSON.stringify(say()),
      signal: AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(answerMs)]),
    });
    if (!response.ok) throw new Error(`signaling answered ${response.status} to the registration`);
    const { draining, againMs } = check(await response.json());
    if (this.#failures >= warnAfter) log.info('registered at signaling again');
    this.#failures = 0;
    onDraining(draining);
    return againMs;
  }

  #failed(error: unknown): number {
    this.#failures++;
    const { log, url } = this.#options;
    if (this.#failures === warnAfter && !this.#stopped.signal.aborted) log.warn({ err: error, url }, 'not registered at signaling: no new lesson comes here until it answers');
    return retryMs;
  }
}
