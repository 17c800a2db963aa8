// A process that does nothing but serve connectors: for tests that kill it.
import { openWhenReady } from '#db/open-when-ready.ts';
import { createVault } from '#db/vault.ts';
import { createLog } from '#runtime/log.ts';
import { ConnectorLoop } from '../connector/connector-loop.ts';

const [databaseUrl = '', masterKey = '', leaseMs = ''] = process.argv.slice(2);
const orm = await openWhenReady(databaseUrl);
ConnectorLoop.create({ orm, log: createLog('connector', 'error'), vault: createVault(Buffer.from(masterKey, 'hex')), now: () => new Date(), allowInward: true, leaseMs: Number(leaseMs), lookEveryMs: 20, pauseShare: 0.01 });
process.stdout.write('ready\n');
