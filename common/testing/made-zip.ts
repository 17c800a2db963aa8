// ZIP archives made in tests, packed.
import { crc32, deflateRawSync } from 'node:zlib';

export function madeZip(files: Readonly<Record<string, string | Buffer>>): Buffer {
  const [locals, directory]: [Buffer[], Buffer[]] = [[], []];
  let at = 0;
  for (const [name, content] of Object.entries(files)) {
    const whole = Buffer.from(content);
    const packed = deflateRawSync(whole);
    const title = Buffer.from(name);
    const head = Buffer.alloc(26);
    [20, 0, 8, 0, 0].forEach((value, index) => head.writeUInt16LE(value, 2 * index));
    [crc32(whole), packed.length, whole.length].forEach((value, index) => head.writeUInt32LE(value, 10 + 4 * index));
    head.writeUInt16LE(title.length, 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), head, title, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(at, 10);
    locals.push(local);
    directory.push(Buffer.concat([Buffer.from('PK\u0001\u0002'), Buffer.from([20, 0]), head, tail, title]));
    at += local.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  [0, 0, directory.length, directory.length].forEach((value, index) => end.writeUInt16LE(value, 2 * index));
  end.writeUInt32LE(entries.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...locals, entries, Buffer.from('PK\u0005\u0006'), end]);
}

/** A Word file of one line, and a picture that it only links to. */
export function madeDocx(words: string, pictureUrl: string): Buffer {
  const xml = (body: string): string => `<?xml version="1.0" encoding="UTF-8"?>${body}`;
  const [packages, office] = ['http://schemas.openxmlformats.org/package/2006', 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'];
  const drawing = 'http://schemas.openxmlformats.org/drawingml/2006';
  const relations = (body: string): string => xml(`<Relationships xmlns="${packages}/relationships">${body}</Relationships>`);
  const picture = `<w:drawing><wp:inline><wp:extent cx="900000" cy="900000"/><wp:docPr id="1" name="p"/><a:graphic><a:graphicData uri="${drawing}/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="1" name="p"/><pic:cNvPicPr/></pic:nvPicPr>`
    + '<pic:blipFill><a:blip r:link="r2"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="900000" cy="900000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>';
  return madeZip({
    '[Content_Types].xml': xml(`<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`),
    '_rels/.rels': relations(`<Relationship Id="r1" Type="${office}/officeDocument" Target="word/document.xml"/>`),
    'word/_rels/document.xml.rels': relations(`<Relationship Id="r2" Type="${office}/image" Target="${pictureUrl}" TargetMode="External"/>`),
    'word/document.xml': xml(`<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="${office}" xmlns:a="${drawing}/main" xmlns:pic="${drawing}/picture" xmlns:wp="${drawing}/wordprocessingDrawing"><w:body><w:p><w:r><w:t>${words}</w:t></w:r></w:p><w:p><w:r>${picture}</w:r></w:p></w:body></w:document>`),
  });
}
