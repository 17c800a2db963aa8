// Signaling stops while somebody's phone is dead: it waits a second for goodbyes, and what it knows is written all the same.
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { asStudent, asTeacher } from '#testing/role-drivers.ts';
import { openClassroomWorld } from '../testing/classroom-world.ts';

/** A WebSocket that opens, and then neither reads nor answers, as a phone that lost its battery. */
async function deadPhone(url: string, cookie: string): Promise<Socket> {
  const { hostname, port, host } = new URL(url);
  const phone = connect(Number(port), hostname);
  phone.on('error', () => undefined);
  phone.write([
    'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1', `Host: ${host}`, 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`, `Cookie: ${cookie}`, '', '',
  ].join('\r\n'));
  const answer = await new Promise<Buffer>((resolve) => { phone.once('data', resolve); });
  expect(answer.toString('latin1')).toMatch(/^HTTP\/1.1 101 /);
  phone.pause();
  return phone;
}

test('a phone that never says goodbye does not keep the process, and what was observed is written', async () => {
  const world = await openClassroomWorld();
  const teacher = asTeacher(await world.inside(world.school.teacher));
  const student = asStudent(await world.inside(world.school.learner));
  await teacher.starts();
  const phone = await deadPhone(world.url, await world.cookieOf(world.school.other));
  await student.reports(false);
  const began = performance.now();
  await world.classrooms.close();
  expect(performance.now() - began, 'a second for goodbyes, some for the rest').toBeLessThan(10_000);
  const seen = await world.rows<{ type: string }>(`select type from observation where type = 'hidden'`);
  expect(seen).toHaveLength(1);
  phone.destroy();
  await world.close();
});
