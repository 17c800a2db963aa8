// The real product in a folder of its own, for one measurement; whatever happens, nothing of it is left.
import { readFileSync, rmSync } from 'node:fs';
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { foundPaths, type FoundPaths } from '../setup/found.ts';
import { productPorts } from '../setup/ports.ts';
import { startProduct, type Product } from '../setup/product.ts';

export interface ProductWorld { product: Product; folder: string; mediaPort: number; mediaWorkers: number; found: FoundPaths & { chromium: string; ffmpeg: string; ffprobe: string } }

/** An empty school, as a real one starts: no demo, and a phone gateway that nobody asks anything of. */
export const withoutDemo = { DEMO_SEED: 'false', PHONE_PROVIDER: 'http', PHONE_PROVIDER_URL: 'http://127.0.0.1:9/', PHONE_PROVIDER_SECRET: 'no code is ever sent' };

/** Paths of what a bench needs. Throws where Chromium is missing. */
export function neededPrograms(): ProductWorld['found'] {
  const found = foundPaths(process.env);
  if (!found.CHROMIUM_BIN) throw new Error('Chromium is missing: set CHROMIUM_BIN');
  return { ...found, chromium: found.CHROMIUM_BIN, ffmpeg: found.FFMPEG_BIN ?? 'ffmpeg', ffprobe: found.FFPROBE_BIN ?? 'ffprobe' };
}

/** Runs `use` in a folder that is removed afterwards. */
export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'keshi-bench-'));
  // As root the database runs as another user, who must be able to enter.
  await chmod(folder, 0o711);
  // Also when a signal ends the bench; its children end with it by themselves (setup/role-guard.ts, and the kernel for the database).
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  process.once('exit', remove);
  try {
    return await use(folder);
  } finally {
    remove();
    process.removeListener('exit', remove);
  }
}

/** Starts the product with `env` besides its usual settings and ports of its own; stops it when `use` has ended. */
export const withProduct = <T>(env: NodeJS.ProcessEnv, mediaWorkers: number, use: (world: ProductWorld) => Promise<T>): Promise<T> => inFolder(async (folder) => {
  const found = neededPrograms();
  const ports = await productPorts(mediaWorkers);
  const said: string[] = [];
  const say = (line: string): void => { said.push(line); };
  const product = await startProduct({ env: { ...process.env, ...ports, DATA_DIR: join(folder, 'data'), FACE_CHECKS_PER_UNIT: '0', ...env }, say });
  try {
    return await use({ product, folder, mediaPort: Number(ports.MEDIA_PORT), mediaWorkers, found });
  } catch (error) {
    const errors = readFileSync(join(product.dataDir, 'logs/worker.log'), 'utf8').split('\n').filter((line) => line.includes('"level":"error"'));
    console.error([...said.slice(-20), ...errors.slice(-5)].join('\n'));
    throw error;
  } finally {
    await product.stop();
  }
});

/** The value after `--name`, as a number, or `usual`. */
export function numberOption(args: readonly string[], name: string, usual: number): number {
  const index = args.indexOf(`--${name}`);
  if (index < 0) return usual;
  const value = Number(args[index + 1]);
  if (!(value > 0)) throw new Error(`--${name} needs a number above 0`);
  return value;
}
