// The directory of a ZIP file, read and held against limits before anything of it is unpacked. Whether what it says is true is seen while unpacking.

export interface ZipEntry { name: string; packedBytes: number; unpackedBytes: number; stored: boolean; headerAt: number }
export interface ZipLimits {
  entries: number;
  /** All entries together, as the directory says. */
  unpackedBytes: number;
  /** An entry of more than `fromBytes` that says to be more than so many times what is packed is made to blow up. */
  ratio?: { most: number; fromBytes: number };
}
/** `broken`: no ZIP file, or none that is as documents are (locked, packed in another way). `too_much`: beyond a limit. */
export interface ZipRefusal { fault: 'broken' | 'too_much'; why: string }

const [fileMark, endMark, entryMark] = [0x04034b50, 0x06054b50, 0x02014b50];
const [endBytes, entryBytes, longestComment] = [22, 46, 65_535];
const broken = (why: string): ZipRefusal => ({ fault: 'broken', why });

/** Where the end record is; -1: nowhere. */
function endOf(bytes: Buffer): number {
  for (let at = bytes.length - endBytes; at >= Math.max(0, bytes.length - endBytes - longestComment); at--) if (bytes.readUInt32LE(at) === endMark) return at;
  return -1;
}

/** The entry that begins here and ends before the directory does. */
function entryAt(bytes: Buffer, at: number, end: number): (ZipEntry & { nextAt: number }) | ZipRefusal {
  if (at + entryBytes > end || bytes.readUInt32LE(at) !== entryMark) return broken('the directory is broken');
  const method = bytes.readUInt16LE(at + 10);
  if ((bytes.readUInt16LE(at + 8) & 1) !== 0 || (method !== 0 && method !== 8)) return broken('an entry is locked or packed in another way');
  const nameEnd = at + entryBytes + bytes.readUInt16LE(at + 28);
  return {
    name: bytes.toString('utf8', at + entryBytes, nameEnd), packedBytes: bytes.readUInt32LE(at + 20), unpackedBytes: bytes.readUInt32LE(at + 24), stored: method === 0, headerAt: bytes.readUInt32LE(at + 42),
    nextAt: nameEnd + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32),
  };
}

/** What is in a ZIP file, by its own directory, in its order; or why it is not to be unpacked. Names may come twice. A size beyond 4 GB is told as one of 4 GB: let the limit lie below. */
export function zipEntries(bytes: Buffer, limits: ZipLimits): ZipEntry[] | ZipRefusal {
  if (bytes.length < endBytes || bytes.readUInt32LE(0) !== fileMark) return broken('no ZIP file');
  const end = endOf(bytes);
  if (end < 0) return broken('no directory');
  const count = bytes.readUInt16LE(end + 10);
  if (count > limits.entries) return { fault: 'too_much', why: `${count} entries` };
  const entries: ZipEntry[] = [];
  let total = 0;
  for (let at = bytes.readUInt32LE(end + 16); entries.length < count;) {
    const read = entryAt(bytes, at, end);
    if ('fault' in read) return read;
    const { nextAt, ...entry } = read;
    total += entry.unpackedBytes;
    const { ratio } = limits;
    if (ratio && entry.unpackedBytes > ratio.fromBytes && entry.unpackedBytes > ratio.most * entry.packedBytes) return { fault: 'too_much', why: `an entry of ${entry.unpackedBytes} bytes unpacked` };
    if (total > limits.unpackedBytes) return { fault: 'too_much', why: 'it unpacks to too much' };
    entries.push(entry);
    at = nextAt;
  }
  return entries;
}
