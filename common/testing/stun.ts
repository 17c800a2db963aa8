// STUN as a controlling ICE agent needs it against an ICE-lite server: binding requests that nominate, and reading the answer (RFC 8489, RFC 8445).
import { createHmac, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const cookie = 0x2112a442;
const types = { request: 0x0001, success: 0x0101, error: 0x0111 } as const;
const attributes = { username: 0x0006, integrity: 0x0008, errorCode: 0x0009, priority: 0x0024, useCandidate: 0x0025, fingerprint: 0x8028, controlling: 0x802a } as const;
/** Host candidate over UDP, first component. */
const priority = 0x7e0000ff;

export interface IceCredentials { usernameFragment: string; password: string }

function attribute(type: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
}

/** The header with a length that counts an attribute still to come, as integrity and fingerprint are computed over it. */
function message(transaction: Buffer, body: Buffer, toCome: number): Buffer {
  const head = Buffer.alloc(20);
  head.writeUInt16BE(types.request, 0);
  head.writeUInt16BE(body.length + toCome, 2);
  head.writeUInt32BE(cookie, 4);
  transaction.copy(head, 8);
  return Buffer.concat([head, body]);
}

const word = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
};

/** Asks for consent and nominates this pair; `remote` are the server's credentials, its password signs. */
export function bindingRequest(remote: IceCredentials, localFragment: string, tieBreaker: Buffer): Buffer {
  const transaction = randomBytes(12);
  let body = Buffer.concat([
    attribute(attributes.username, Buffer.from(`${remote.usernameFragment}:${localFragment}`)), attribute(attributes.priority, word(priority)),
    attribute(attributes.controlling, tieBreaker), attribute(attributes.useCandidate, Buffer.alloc(0)),
  ]);
  const integrity = createHmac('sha1', remote.password).update(message(transaction, body, 24)).digest();
  body = Buffer.concat([body, attribute(attributes.integrity, integrity)]);
  const fingerprint = crc32(message(transaction, body, 8)) ^ 0x5354554e;
  return message(transaction, Buffer.concat([body, attribute(attributes.fingerprint, word(fingerprint))]), 0);
}

/** What a server said to a binding request; null for anything else. `code` only with a refusal. */
export function bindingAnswer(packet: Buffer): { ok: boolean; code?: number } | null {
  if (packet.length < 20 || packet.readUInt32BE(4) !== cookie) return null;
  const type = packet.readUInt16BE(0);
  if (type === types.success) return { ok: true };
  if (type !== types.error) return null;
  for (let at = 20; at + 8 <= packet.length; at += 4 + packet.readUInt16BE(at + 2) + ((4 - (packet.readUInt16BE(at + 2) % 4)) % 4)) {
    if (packet.readUInt16BE(at) === attributes.errorCode) return { ok: false, code: packet[at + 6]! * 100 + packet[at + 7]! };
  }
  return { ok: false };
}
