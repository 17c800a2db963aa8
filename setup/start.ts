// `npm start`: runs the whole product until Ctrl-C, and says where it is and who can log in.
import { demoAccounts, demoPassword } from '#db/demo.ts';
import { ConfigError } from '#runtime/config.ts';
import { startProduct, type Product } from './product.ts';

const say = (line: string): void => { process.stdout.write(`${line}\n`); };

function greet(product: Product): void {
  say('');
  say(`  课时 Keshi  ${product.url}   (ready in ${(product.startedInMs / 1000).toFixed(1)} s)`);
  if (product.tls?.selfSigned) say('  The certificate is self-signed: browsers warn once. TLS_CERT_FILE and TLS_KEY_FILE set a real one.');
  if (product.demo) {
    say(`  Demo accounts, password ${demoPassword} (a new database with DEMO_SEED=false has none):`);
    for (const { login, name, role } of demoAccounts) say(`    ${login.padEnd(10)} ${role.padEnd(12)} ${name}`);
  }
  say(`  Data and logs: ${product.dataDir}.  Ctrl-C stops everything.`);
  say('');
}

async function main(): Promise<number> {
  const stopping = new AbortController();
  const asked = new Promise<void>((resolve) => { stopping.signal.addEventListener('abort', () => resolve()); });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!stopping.signal.aborted) say('Stopping …');
      stopping.abort();
    });
  }
  try {
    const product = await startProduct({ env: process.env, say, signal: stopping.signal });
    greet(product);
    await asked;
    await product.stop();
    say('Stopped.');
    return 0;
  } catch (error) {
    if (stopping.signal.aborted) return 0;
    if (!(error instanceof ConfigError)) throw error;
    for (const line of error.lines) process.stderr.write(`${line}\n`);
    return 1;
  }
}

process.exitCode = await main();
