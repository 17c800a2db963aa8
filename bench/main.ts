// `npm run --silent bench -- NAME [--json]`: measures on real parts; one JSON line, or the same as text.
import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { benchEvidence } from './evidence.ts';
import { benchFaces } from './faces.ts';
import { benchHttp } from './http.ts';
import { benchJoin } from './join.ts';
import { benchLedger } from './ledger.ts';
import { benchLiveStream } from './live-stream.ts';
import { benchNodes } from './nodes.ts';
import { benchPresence } from './presence.ts';
import { benchQuiz } from './quiz.ts';
import { benchRecording } from './recording.ts';
import { benchRecordingKill } from './recording-kill.ts';
import { benchRoster } from './roster.ts';
import { benchSfu } from './sfu.ts';
import { benchSockets } from './sockets.ts';

type Figures = Record<string, unknown>;
const benches: Record<string, (args: string[]) => Promise<Figures>> = { evidence: benchEvidence, faces: benchFaces, http: benchHttp, join: benchJoin, ledger: benchLedger, 'live-stream': benchLiveStream, recording: benchRecording, 'recording-kill': benchRecordingKill, sfu: benchSfu, nodes: benchNodes, presence: benchPresence, quiz: benchQuiz, roster: benchRoster, sockets: benchSockets };

const machine = (): string => `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`;

/** The measured state of the code; `+` where it was changed since. */
function commit(): string {
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  const git = (...args: string[]): string => execFileSync('git', args, { cwd, encoding: 'utf8' }).trim();
  try {
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain', '--untracked-files=no') ? '+' : '');
  } catch {
    return 'unknown';
  }
}

const [name = '', ...args] = process.argv.slice(2);
const bench = benches[name];
if (!bench) {
  console.error(`Which one? ${Object.keys(benches).join(', ')}`);
  process.exit(1);
}
// What runs at the exit cleans up, see product-world.ts.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
const figures = { bench: name, ...(await bench(args)), machine: machine(), commit: commit() };
if (args.includes('--json')) console.log(JSON.stringify(figures));
else for (const [key, value] of Object.entries(figures)) console.log(`${key}: ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`);
process.exit(0);
