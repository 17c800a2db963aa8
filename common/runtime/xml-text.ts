// Texts as XML can hold them: without signs of control, and without halves of signs.

const unheld = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
export const xmlText = (text: string): string => text.replace(unheld, '');
