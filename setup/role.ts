// One process of the product (sfu, signaling, worker): started, watched, started again when it dies, stopped cleanly.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { WriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ConfigError } from '#runtime/config.ts';
import { followLines, openLogFile, worthShowing } from './role-log.ts';

export interface RoleOptions {
  name: string;
  /** Path from the project's folder, such as `sfu/main.ts`. */
  script: string;
  env: NodeJS.ProcessEnv;
  logDir: string;
  /** For the terminal. */
  say: (line: string) => void;
}

const root = join(import.meta.dirname, '..');
const firstPauseMs = 200;
const longestPauseMs = 5_000;
const healthyMs = 60_000;
const stopMs = 10_000;
const lastWordsMs = 300;
/** So many ends before it was ever ready, and the start is given up. */
const attempts = 3;

export class Role {
  readonly name: string;
  /** Settles when the role is ready for the first time; throws ConfigError when it never gets there. */
  readonly ready: Promise<void>;
  readonly #options: RoleOptions;
  readonly #log: WriteStream;
  readonly #becameReady = Promise.withResolvers<void>();
  #child: ChildProcess | null = null;
  #restart: NodeJS.Timeout | null = null;
  #pauseMs = firstPauseMs;
  #wasReady = false;
  #failures = 0;
  #lastWords = '';
  #closing: Promise<void> | null = null;

  private constructor(options: RoleOptions) {
    this.name = options.name;
    this.#options = options;
    this.#log = openLogFile(join(options.logDir, `${options.name}.log`));
    this.ready = this.#becameReady.promise;
    this.ready.catch(() => undefined);
  }

  static start(options: RoleOptions): Role {
    const role = new Role(options);
    role.#launch();
    return role;
  }

  /** Null while it is down. */
  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  #launch(): void {
    const { env, name, script, say } = this.#options;
    const startedAt = performance.now();
    const child = spawn(process.execPath, ['--import', join(import.meta.dirname, 'role-guard.ts'), script], {
      // An own process group: Ctrl-C in the terminal reaches the starter alone, which stops the roles in order.
      cwd: root, env, detached: true, stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    const line = (text: string): void => {
      this.#log.write(`${text}\n`);
      const shown = worthShowing(text);
      if (shown === null) return;
      this.#lastWords = shown;
      say(`${name}: ${shown}`);
    };
    followLines(child.stdout!, line);
    followLines(child.stderr!, line);
    child.on('message', (message) => {
      if ((message as { type?: string } | null)?.type !== 'ready') return;
      this.#wasReady = true;
      this.#becameReady.resolve();
    });
    child.once('error', (error) => line(`cannot be started: ${error.message}`));
    const closed = once(child, 'close');
    child.once('exit', (code, signal) => {
      const how = code === null ? String(signal) : `exit code ${code}`;
      // Its last words may still be in the pipe; a grandchild that holds the pipe open must not delay the restart for long.
      void Promise.race([closed, pause(lastWordsMs, undefined, { ref: false })]).then(() => this.#ended(how, performance.now() - startedAt));
    });
  }

  #ended(how: string, livedMs: number): void {
    this.#child = null;
    if (this.#closing) return;
    if (!this.#wasReady && ++this.#failures >= attempts) {
      this.#becameReady.reject(new ConfigError([`${this.name} does not start (${how}): ${this.#lastWords || 'it said nothing'}`]));
      return;
    }
    if (livedMs >= healthyMs) this.#pauseMs = firstPauseMs;
    this.#options.say(`${this.name} ended (${how}): starting it again in ${this.#pauseMs / 1000} s`);
    this.#restart = setTimeout(() => this.#launch(), this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
  }

  /** SIGTERM, and after 10 s SIGKILL. Answers when the process is gone; can be called again. */
  close(): Promise<void> {
    this.#closing ??= this.#stop();
    return this.#closing;
  }

  async #stop(): Promise<void> {
    if (this.#restart) clearTimeout(this.#restart);
    this.#becameReady.reject(new ConfigError([`${this.name} was stopped before it was ready`]));
    const child = this.#child;
    if (child) {
      const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : Promise.resolve();
      child.kill('SIGTERM');
      const hard = setTimeout(() => {
        this.#options.say(`${this.name} does not stop: it is killed`);
        child.kill('SIGKILL');
      }, stopMs);
      await gone.finally(() => clearTimeout(hard));
    }
    await new Promise<void>((resolve) => { this.#log.end(() => resolve()); });
  }
}
