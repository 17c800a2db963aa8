// The command behind `npm run recording`. Started by setup/recording.ts, which finds the database.
import { runTool } from './run.ts';

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
const terminal = { out: (text: string) => { process.stdout.write(text); }, err: (text: string) => { process.stderr.write(text); } };
process.exitCode = await runTool(process.argv.slice(2), process.env, terminal, stopping.signal);
