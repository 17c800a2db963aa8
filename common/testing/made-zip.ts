// Office files made in tests.
import { zipFile } from './zip-file.ts';

export const madeZip = (files: Readonly<Record<string, string | Buffer>>): Buffer => zipFile(Object.entries(files).map(([name, content]) => ({ name, content: Buffer.from(content) })));

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
