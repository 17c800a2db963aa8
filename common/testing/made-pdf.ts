// PDF files made in tests: pages of Chinese words in a font that is not in the file, and what a wicked one carries.
import { deflateSync } from 'node:zlib';

export interface MadePdf {
  /** One page each. */
  pages: readonly string[];
  /** Points. */
  size?: readonly [number, number];
  /** Entries of the catalogue, such as `/OpenAction 90 0 R`. */
  catalogue?: string;
  /** Further objects by number, from 90. */
  objects?: Readonly<Record<number, string>>;
  /** Objects that stand packed inside an object stream, as programs of today write them. */
  packed?: Readonly<Record<number, string>>;
}

const hex = (text: string): string => [...Buffer.from(text, 'utf16le').swap16()].map((byte) => byte.toString(16).padStart(2, '0')).join('');
const stream = (dictionary: string, bytes: Buffer): Buffer => Buffer.concat([Buffer.from(`<< ${dictionary} /Length ${bytes.length} >>\nstream\n`), bytes, Buffer.from('\nendstream')]);

function pageObjects(pages: readonly string[], [width, height]: readonly [number, number]): [number, Buffer][] {
  return pages.flatMap((words, index): [number, Buffer][] => {
    const own = 10 + 2 * index;
    const size = Math.round(width / 14);
    const drawn = `1 1 1 rg 0 0 ${width} ${height} re f 0 0 0 rg BT /F1 ${size} Tf ${Math.round(width / 12)} ${Math.round(height / 2)} Td <${hex(words)}> Tj ET`;
    return [
      [own, Buffer.from(`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${width} ${height}] /Resources << /Font << /F1 3 0 R >> >> /Contents ${own + 1} 0 R >>`)],
      [own + 1, stream('', Buffer.from(drawn))],
    ];
  });
}

function packedStream(packed: Readonly<Record<number, string>>): Buffer {
  const parts = Object.entries(packed);
  let at = 0;
  const head = parts.map(([number, body]) => {
    const place = `${number} ${at}`;
    at += body.length + 1;
    return place;
  }).join(' ');
  const body = parts.map(([, text]) => text).join(' ');
  return stream(`/Type /ObjStm /N ${parts.length} /First ${head.length + 1} /Filter /FlateDecode`, deflateSync(Buffer.from(`${head} ${body}`)));
}

/** With packed objects the table of places has to be a stream too. */
function placesStream(number: number, places: Map<number, [kind: number, where: number, index: number]>): Buffer {
  const rows = Buffer.concat(Array.from({ length: number + 1 }, (_, one) => {
    const [kind, where, index] = places.get(one) ?? [0, 0, 0];
    const row = Buffer.alloc(7);
    row.writeUInt8(kind, 0);
    row.writeUInt32BE(where, 1);
    row.writeUInt16BE(index, 5);
    return row;
  }));
  return stream(`/Type /XRef /Size ${number + 1} /W [1 4 2] /Root 1 0 R /Filter /FlateDecode`, deflateSync(rows));
}

export function madePdf({ pages, size = [960, 540], catalogue = '', objects = {}, packed = {} }: MadePdf): Buffer {
  const all: [number, Buffer][] = [
    [1, Buffer.from(`<< /Type /Catalog /Pages 2 0 R ${catalogue} >>`)],
    [2, Buffer.from(`<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, index) => `${10 + 2 * index} 0 R`).join(' ')}] >>`)],
    [3, Buffer.from('<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>')],
    [4, Buffer.from('<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /FontDescriptor 5 0 R >>')],
    [5, Buffer.from('<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>')],
    ...pageObjects(pages, size),
    ...Object.entries(objects).map(([number, body]): [number, Buffer] => [Number(number), Buffer.from(body, 'latin1')]),
  ];
  const last = Math.max(...all.map(([number]) => number), ...Object.keys(packed).map(Number));
  const [packedNumber, placesNumber] = [last + 1, last + 2];
  if (Object.keys(packed).length > 0) all.push([packedNumber, packedStream(packed)]);
  const places = new Map<number, [number, number, number]>(Object.keys(packed).map((number, index) => [Number(number), [2, packedNumber, index]]));
  const parts = [Buffer.from('%PDF-1.5\n%\u00e2\u00e3\n', 'latin1')];
  let at = parts[0]!.length;
  const write = (number: number, body: Buffer): void => {
    places.set(number, [1, at, 0]);
    const whole = Buffer.concat([Buffer.from(`${number} 0 obj\n`), body, Buffer.from('\nendobj\n')]);
    parts.push(whole);
    at += whole.length;
  };
  for (const [number, body] of all) write(number, body);
  const start = at;
  places.set(placesNumber, [1, start, 0]);
  write(placesNumber, placesStream(placesNumber, places));
  parts.push(Buffer.from(`startxref\n${start}\n%%EOF\n`));
  return Buffer.concat(parts);
}
