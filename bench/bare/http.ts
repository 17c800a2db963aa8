// The bare library as the limit: Fastify that answers one JSON of the same size, no login, no rows. Started as a process of its own.
import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';

const size = Number(process.argv[2] ?? 1000);
const app = fastify();
const reply = { text: 'x'.repeat(Math.max(0, size - 11)) };
app.get('/bare', async () => reply);
await app.listen({ port: 0, host: '127.0.0.1' });
process.send?.({ port: (app.server.address() as AddressInfo).port });
process.on('disconnect', () => process.exit(0));
