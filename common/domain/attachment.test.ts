// Names of attachments as they are kept.
import { expect, it } from 'vitest';
import { attachmentName } from './attachment.ts';

it.each([
  ['办学许可证.pdf', '办学许可证.pdf'], ['C:\\证件\\办学许可证.PDF', '办学许可证.pdf'], ['../../etc/passwd', 'passwd.pdf'], ['a/b/证.pdf', '证.pdf'],
  ['page.html', 'page.html.pdf'], ['licence', 'licence.pdf'], ['', 'file.pdf'], ['.pdf', 'pdf.pdf'], ['...', 'file.pdf'], ['a\u0000b\r\nc.pdf', 'abc.pdf'],
  ['x\u202Efdp.exe', 'xfdp.exe.pdf'], ['two   blanks .pdf', 'two blanks.pdf'], ['a:b*c?.pdf', 'a_b_c_.pdf'],
])('%j of a PDF is kept as %j', (given, kept) => { expect(attachmentName(given, 'application/pdf')).toBe(kept); });

it('the ending follows the content', () => {
  expect([attachmentName('a.jpeg', 'image/jpeg'), attachmentName('a.JPG', 'image/jpeg'), attachmentName('a.png', 'image/jpeg'), attachmentName('a.pdf', 'image/png')]).toEqual(['a.jpeg', 'a.jpg', 'a.png.jpg', 'a.pdf.png']);
});

it('is cut by whole signs', () => {
  const name = attachmentName(`${'𠮷'.repeat(300)}.pdf`, 'application/pdf');
  expect([...name]).toHaveLength(119);
  expect(name.isWellFormed()).toBe(true);
});
