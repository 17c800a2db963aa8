// PostgreSQL's replication protocol as a backup needs it: a base backup and the WAL as it is written, over an ordinary connection. No client program is
// needed, and none of a fitting version: the server is asked in its own words (PostgreSQL 15 or newer). `replication=database` is let in by the rules of
// pg_hba.conf for that database, so that nothing has to be opened for it; the user needs REPLICATION, which a superuser has.
import { Client, type Connection, type Submittable } from 'pg';

export interface SystemIdentity { systemId: string; timeline: number; lsn: string }
/** What goes wrong on the wire or is refused by the server; `code` is its SQLSTATE where it has one. */
export interface WireError extends Error { code?: string }

/** The pieces of pg's connection that carry a copy in both directions. */
type CopyConnection = Connection & { query(text: string): void; sendCopyFromChunk(bytes: Buffer): void };
interface Handlers {
  /** Column values of each row, as text. */
  row(values: (string | null)[]): void;
  /** Owns the bytes. */
  data(bytes: Buffer, connection: CopyConnection): void;
  begun?(connection: CopyConnection): void;
}

/** One command whose answer is rows and a copy. */
class Command implements Submittable {
  readonly ended = Promise.withResolvers<void>();
  readonly #text: string;
  readonly #handlers: Handlers;
  constructor(text: string, handlers: Handlers) {
    this.#text = text;
    this.#handlers = handlers;
  }
  submit(connection: Connection): void {
    const wire = connection as CopyConnection;
    wire.once('replicationStart', () => this.#handlers.begun?.(wire));
    wire.query(this.#text);
  }
  handleRowDescription(): void { /* the order of columns is known */ }
  handleDataRow(message: { fields: (string | null)[] }): void { this.#handlers.row(message.fields); }
  // The parser takes its buffer back: what is kept is copied.
  handleCopyData(message: { chunk: Buffer }, connection: CopyConnection): void { this.#handlers.data(Buffer.from(message.chunk), connection); }
  handleCommandComplete(): void { /* more results may follow */ }
  handleEmptyQuery(): void { /* never sent */ }
  handlePortalSuspended(): void { /* no portals here */ }
  handleReadyForQuery(): void { this.ended.resolve(); }
  handleError(error: Error): void { this.ended.reject(error); }
}

export async function openReplication(url: string): Promise<Client> {
  const client = new Client({ connectionString: url, replication: 'database', keepAlive: true, application_name: 'keshi-backup' } as ConstructorParameters<typeof Client>[0]);
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function rowsOf(client: Client, text: string): Promise<(string | null)[][]> {
  const rows: (string | null)[][] = [];
  const command = new Command(text, { row: (values) => rows.push(values), data: () => undefined });
  client.query(command);
  await command.ended.promise;
  return rows;
}

export async function identifySystem(client: Client): Promise<SystemIdentity> {
  const [row] = await rowsOf(client, 'IDENTIFY_SYSTEM');
  return { systemId: row?.[0] ?? '', timeline: Number(row?.[1]), lsn: row?.[2] ?? '0/0' };
}

export interface BaseSink { write(bytes: Buffer): Promise<void> }
export interface BasePieces { archive(name: string): BaseSink; manifest: BaseSink }
export interface BaseEnds { startLsn: string; endLsn: string; timeline: number }

/** Bytes that wait to be written before the server is told to wait. */
const mostWaiting = 8 * 1024 * 1024;

/** Takes pieces in their order and holds the server back while they are written. */
class Intake {
  #line: Promise<void> = Promise.resolve();
  #waiting = 0;
  #paused = false;
  failed: Error | null = null;
  take(sink: BaseSink, bytes: Buffer, connection: CopyConnection): void {
    this.#waiting += bytes.length;
    if (!this.#paused && this.#waiting > mostWaiting) {
      this.#paused = true;
      connection.stream.pause();
    }
    this.#line = this.#line.then(async () => {
      if (!this.failed) await sink.write(bytes);
    }).catch((error: Error) => { this.failed ??= error; }).then(() => {
      this.#waiting -= bytes.length;
      if (this.#paused && this.#waiting < mostWaiting / 2) {
        this.#paused = false;
        connection.stream.resume();
      }
    });
  }
  async settled(): Promise<void> {
    await this.#line;
    if (this.failed) throw this.failed;
  }
}

/** A base backup with the WAL it needs, so that it can be restored alone. Answers the positions between which it was taken. */
export async function takeBase(client: Client, label: string, pieces: BasePieces): Promise<BaseEnds> {
  const rows: (string | null)[][] = [];
  const intake = new Intake();
  let sink: BaseSink | null = null;
  const command = new Command(`BASE_BACKUP (LABEL '${label}', CHECKPOINT 'fast', WAL true, WAIT true, MANIFEST 'yes', MANIFEST_CHECKSUMS 'SHA256')`, {
    row: (values) => rows.push(values),
    data: (bytes, connection) => {
      const kind = String.fromCharCode(bytes[0] ?? 0);
      if (kind === 'n') sink = pieces.archive(bytes.subarray(1, bytes.indexOf(0, 1)).toString());
      else if (kind === 'm') sink = pieces.manifest;
      else if (kind === 'd' && sink) intake.take(sink, bytes.subarray(1), connection);
    },
  });
  client.query(command);
  await command.ended.promise;
  await intake.settled();
  const [first, last] = [rows[0], rows.at(-1)];
  return { startLsn: first?.[0] ?? '', endLsn: last?.[0] ?? '', timeline: Number(last?.[1]) };
}

/** Of physical slots: the server keeps the WAL that was not taken yet. Null where there is no such slot. */
export async function slotOf(client: Client, name: string): Promise<{ restartLsn: string | null; lost: boolean } | null> {
  const [row] = await rowsOf(client, `select restart_lsn::text, (wal_status = 'lost' or restart_lsn is null)::text from pg_replication_slots where slot_name = '${name}'`);
  return row ? { restartLsn: row[0] ?? null, lost: row[1] === 'true' } : null;
}
export const makeSlot = (client: Client, name: string): Promise<unknown> => rowsOf(client, `CREATE_REPLICATION_SLOT "${name}" PHYSICAL (RESERVE_WAL)`);
export const dropSlot = (client: Client, name: string): Promise<unknown> => rowsOf(client, `DROP_REPLICATION_SLOT "${name}" WAIT`);

export interface WalListener {
  /** WAL from byte `at` on; answers when it is taken, not yet on disk. */
  wal(at: bigint, bytes: Buffer): void;
  /** The server's own time up to which, and end up to which, everything was sent before. */
  end(lsn: bigint, serverTime: Date): void;
}
export interface WalStream {
  /** Tells the server up to where everything is on disk, and asks for its end. */
  confirm(lsn: bigint): void;
  /** Settles when the server ends the stream; rejects when it fails. */
  ended: Promise<void>;
}

const postgresEpochMs = Date.UTC(2000, 0, 1);
const dateOf = (micros: bigint): Date => new Date(postgresEpochMs + Number(micros / 1000n));
export const lsnText = (lsn: bigint): string => `${(lsn >> 32n).toString(16).toUpperCase()}/${(lsn & 0xffffffffn).toString(16).toUpperCase()}`;
export function lsnOf(text: string): bigint {
  const [high = '0', low = '0'] = text.split('/');
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
}

function statusMessage(lsn: bigint): Buffer {
  const message = Buffer.alloc(34);
  message.write('r');
  for (const place of [1, 9, 17]) message.writeBigUInt64BE(lsn, place);
  message.writeBigInt64BE(BigInt(Date.now() - postgresEpochMs) * 1000n, 25);
  message[33] = 1;
  return message;
}

/** Begins to send the WAL of a timeline from `from` on. */
export function streamWal(client: Client, { slot, from, timeline }: { slot: string; from: bigint; timeline: number }, listener: WalListener): WalStream {
  let wire: CopyConnection | null = null;
  const command = new Command(`START_REPLICATION SLOT "${slot}" PHYSICAL ${lsnText(from)} TIMELINE ${timeline}`, {
    row: () => undefined,
    begun: (connection) => { wire = connection; },
    data: (bytes) => {
      const kind = String.fromCharCode(bytes[0] ?? 0);
      if (kind === 'w') {
        listener.wal(bytes.readBigUInt64BE(1), bytes.subarray(25));
        listener.end(bytes.readBigUInt64BE(9), dateOf(bytes.readBigInt64BE(17)));
      } else if (kind === 'k') listener.end(bytes.readBigUInt64BE(1), dateOf(bytes.readBigInt64BE(9)));
    },
  });
  client.query(command);
  const gone = new Promise<never>((_, reject) => { client.once('end', () => reject(new Error('the database ended the connection'))); });
  const ended = Promise.race([command.ended.promise, gone]);
  ended.catch(() => undefined);
  return { confirm: (lsn) => wire?.sendCopyFromChunk(statusMessage(lsn)), ended };
}
