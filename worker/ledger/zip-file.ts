// A zip archive written entry by entry to a local file, never held in memory: what an XLSX file is made of.
import { open, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { crc32, createDeflateRaw } from 'node:zlib';

interface Entry { name: Buffer; crc: number; packed: number; size: number; offset: number }
/** 1980-01-01: the same content is the same file. */
const [dosTime, dosDate] = [0, 33];
/** Names are UTF-8. */
const flags = 0x0800;
const level = 4;

function header(signature: number, entry: Entry, central: boolean): Buffer {
  const fixed = Buffer.alloc(central ? 46 : 30);
  let at = fixed.writeUInt32LE(signature, 0);
  if (central) at = fixed.writeUInt16LE(20, at);
  for (const word of [20, flags, 8, dosTime, dosDate]) at = fixed.writeUInt16LE(word, at);
  for (const long of [entry.crc, entry.packed, entry.size]) at = fixed.writeUInt32LE(long, at);
  fixed.writeUInt16LE(entry.name.length, at);
  if (central) fixed.writeUInt32LE(entry.offset, 42);
  return Buffer.concat([fixed, entry.name]);
}

export class ZipFile {
  readonly #file: FileHandle;
  readonly #entries: Entry[] = [];
  #at = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async create(path: string): Promise<ZipFile> {
    return new ZipFile(await open(path, 'w'));
  }

  async #write(bytes: Buffer): Promise<void> {
    await this.#file.write(bytes, 0, bytes.length, this.#at);
    this.#at += bytes.length;
  }

  /** Sizes are known when it is through: they are filled in then. */
  async add(name: string, pieces: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>): Promise<void> {
    const entry: Entry = { name: Buffer.from(name), crc: 0, packed: 0, size: 0, offset: this.#at };
    await this.#write(header(0x04034b50, entry, false));
    async function* counted() {
      for await (const piece of pieces) {
        const bytes = typeof piece === 'string' ? Buffer.from(piece) : Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
        entry.crc = crc32(bytes, entry.crc);
        entry.size += bytes.length;
        yield bytes;
      }
    }
    for await (const packed of Readable.from(counted()).compose(createDeflateRaw({ level })) as AsyncIterable<Buffer>) {
      await this.#write(packed);
      entry.packed += packed.length;
    }
    const filled = header(0x04034b50, entry, false);
    await this.#file.write(filled, 0, filled.length, entry.offset);
    this.#entries.push(entry);
  }

  /** Without this it is no archive. */
  async finish(): Promise<void> {
    const from = this.#at;
    for (const entry of this.#entries) await this.#write(header(0x02014b50, entry, true));
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(this.#entries.length, 8);
    end.writeUInt16LE(this.#entries.length, 10);
    end.writeUInt32LE(this.#at - from, 12);
    end.writeUInt32LE(from, 16);
    await this.#write(end);
  }

  /** Also after a failure. */
  close(): Promise<void> {
    return this.#file.close();
  }
}
