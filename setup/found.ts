// What the set-up found or made: binaries and models. A variable that is set wins over it.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const names = ['MEDIASOUP_WORKER_BIN', 'FFMPEG_BIN', 'FFPROBE_BIN', 'CHROMIUM_BIN', 'REDIS_SERVER_BIN', 'FACE_MODELS_DIR', 'PDFTOPPM_BIN', 'QPDF_BIN', 'SOFFICE_BIN'] as const;
export type FoundPaths = Partial<Record<(typeof names)[number], string>>;

/** Written by set-up.sh, one NAME=path a line. */
export const foundFile = join(import.meta.dirname, '../node_modules/.cache/keshi/found.env');

function recorded(file: string): Map<string, string> {
  if (!existsSync(file)) return new Map();
  const lines = readFileSync(file, 'utf8').split('\n').filter((line) => line.includes('='));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

/** Only names that are known; a recorded path that is no longer there is left out. */
export function foundPaths(env: NodeJS.ProcessEnv, file = foundFile): FoundPaths {
  const found = recorded(file);
  const paths: FoundPaths = {};
  for (const name of names) {
    const given = env[name];
    const path = found.get(name);
    if (given) paths[name] = given;
    else if (path && existsSync(path)) paths[name] = path;
  }
  return paths;
}
