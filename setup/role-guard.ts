// Loaded into every role that `npm start` runs: when the starter dies, however it dies, the role does not outlive it.
import { Worker } from 'node:worker_threads';

const giveUpMs = 10_000;

process.on('disconnect', () => {
  // A thread of its own: writing the last log lines into the starter's broken pipe can block the main thread for ever.
  new Worker(`setTimeout(() => process.kill(process.pid, 'SIGKILL'), ${giveUpMs})`, { eval: true, execArgv: [] }).unref();
  process.kill(process.pid, 'SIGTERM');
});
// Listening must not keep a role alive that has nothing left to do.
process.channel?.unref();
