// Loaded into every role that `npm start` runs: when the starter dies, however it dies, the role does not outlive it.
const giveUpMs = 10_000;

process.on('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), giveUpMs).unref();
});
// Listening must not keep a role alive that has nothing left to do.
process.channel?.unref();
