// A line to an HTTP server that fails on demand: answers 503 itself, cuts or silences an answer in the middle, changes a byte on the way, holds a request back.
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Transform } from 'node:stream';

export interface Fault {
  /** Which requests, by method and address; each of the first `times`. */
  of: (method: string, url: string) => boolean;
  times: number;
  /** Answers this instead of asking. */
  status?: number;
  /** Lets so many bytes of the answer's body pass, then ends the connection, or says nothing more. */
  cutAfter?: number; silentAfter?: number;
  /** The first byte of the request's body arrives changed. */
  change?: boolean;
  /** Told when such a request is there; goes on when that is done. */
  hold?: () => Promise<void>;
}
export interface FaultyLine { port: number; url: string; asked: string[]; fail(fault: Fault): void; heal(): void; close(): Promise<void> }

const changing = (): Transform => {
  let first = true;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const bytes = Buffer.from(chunk);
      if (first) bytes[0]! ^= 1;
      first = false;
      done(null, bytes);
    },
  });
};

const passing = (limit: number, then: () => void): Transform => {
  let left = limit;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (left >= chunk.length) {
        left -= chunk.length;
        done(null, chunk);
      } else {
        this.push(chunk.subarray(0, left));
        // The bytes reach the network before the end of the line does; nothing follows.
        setImmediate(then);
      }
    },
  });
};

function passOn(port: number, given: IncomingMessage, answer: ServerResponse, fault: Fault | null): void {
  const headers = { ...given.headers };
  delete headers.expect;
  const onward = request({ agent: false, host: '127.0.0.1', port, method: given.method ?? 'GET', path: given.url ?? '/', headers }, (reply) => {
    answer.writeHead(reply.statusCode ?? 502, reply.headers);
    // Swift sends an empty chunk behind its answer to HEAD: an error of that connection, not of the answer.
    if (given.method === 'HEAD') onward.removeAllListeners('error').on('error', () => answer.end());
    if (fault?.cutAfter !== undefined) reply.pipe(passing(fault.cutAfter, () => answer.destroy())).pipe(answer);
    else if (fault?.silentAfter !== undefined) reply.pipe(passing(fault.silentAfter, () => undefined)).pipe(answer);
    else reply.pipe(answer);
  });
  onward.on('error', () => answer.destroy());
  answer.on('close', () => onward.destroy());
  if (fault?.change) given.pipe(changing()).pipe(onward);
  else given.pipe(onward);
}

/** In front of a server on this machine. */
export async function faultyLine(port: number): Promise<FaultyLine> {
  let faults: Fault[] = [];
  const asked: string[] = [];
  const take = (method: string, url: string): Fault | null => {
    const fault = faults.find(({ of, times }) => times > 0 && of(method, url));
    if (fault) fault.times--;
    return fault ?? null;
  };
  const answerTo = async (given: IncomingMessage, answer: ServerResponse): Promise<void> => {
    const { method = 'GET', url = '/' } = given;
    asked.push(`${method} ${url}`);
    const fault = take(method, url);
    await fault?.hold?.();
    if (fault?.status === undefined) return passOn(port, given, answer, fault);
    given.resume();
    await once(given, 'end');
    answer.writeHead(fault.status, { 'content-length': 0 }).end();
  };
  const server = createServer((given, answer) => void answerTo(given, answer).catch(() => answer.destroy())).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const own = (server.address() as AddressInfo).port;
  return {
    port: own, url: `http://127.0.0.1:${own}`, asked,
    fail: (fault) => { faults.push({ ...fault }); },
    heal: () => { faults = []; },
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => { server.close(done); });
    },
  };
}
