// Where the figures of a pack stand written: document and clause by the number that packs name them with.

export const documents = {
  qinhuangdao: { zh: '秦人社〔2020〕13号', en: 'Qinhuangdao, 秦人社〔2020〕13号' },
  hainan: { zh: '海南省人力资源开发局第二批征集公告（2021-03-31）', en: 'Hainan, second call of 2021-03-31' },
  guangdong: { zh: '粤人社办〔2020〕2号', en: 'Guangdong, 粤人社办〔2020〕2号' },
  tianjin: { zh: '天津市线上职业技能培训平台基本要求（2025）', en: 'Tianjin, basic requirements of 2025' },
  lishui: { zh: '丽水市线上培训平台备案通知（2020-05-18）', en: 'Lishui, filing notice of 2020-05-18' },
} as const;
export type DocumentId = keyof typeof documents;
export interface Clause { document: DocumentId; clause: string }

const at = (document: DocumentId, clause: string): Clause => ({ document, clause });
const clauses: Record<string, Clause> = {
  R9: at('qinhuangdao', '二(一)3'), R20: at('qinhuangdao', '二(一)3(3)'), R22: at('qinhuangdao', '二(一)3(4)'), R25: at('qinhuangdao', '二(一)3(5)'), R27: at('qinhuangdao', '二(一)3(6)'), R28: at('qinhuangdao', '二(一)3(7)'), R3: at('qinhuangdao', '二(一)2'), R36: at('qinhuangdao', '二(一)6'), R38: at('qinhuangdao', '二(二)2'), R39: at('qinhuangdao', '二(二)3'), R43: at('qinhuangdao', '二(二)4'),
  R50: at('qinhuangdao', '三(二)1–2、附件2'), R51: at('qinhuangdao', '三(二)3–4'), R56: at('hainan', '三(二)'), R76: at('hainan', '五(五)'), R87: at('guangdong', '三1、附件1'), R90: at('guangdong', '五1'),
  R108: at('tianjin', '四(一)、附件1'), R122: at('tianjin', '附件2 二(一)'), R134: at('tianjin', '附件2 二(二)3(3)'), R149: at('lishui', '三(一)'), R151: at('lishui', '三(三)'),
  R40: at('qinhuangdao', '二(二)3'), R41: at('qinhuangdao', '二(二)3'), R42: at('qinhuangdao', '二(二)4'),
  R59: at('hainan', '三(五)'), R60: at('hainan', '三(六)'), R61: at('hainan', '三(六)'), R84: at('guangdong', '二3'), R85: at('guangdong', '二3'),
  R102: at('tianjin', '二(五)'), R103: at('tianjin', '二(五)'), R116: at('tianjin', '附件2 一(一)'), R117: at('tianjin', '附件2 一(一)'), R121: at('tianjin', '附件2 一(四)'), R126: at('tianjin', '附件2 二(二)1(4)'),
  R138: at('lishui', '一(三)1'), R139: at('lishui', '一(三)2'), R140: at('lishui', '一(三)2'), R141: at('lishui', '一(三)2'), R145: at('lishui', '一(三)4'),
};

/** Null for a number nobody wrote down here. */
export const clauseOf = (number: string): Clause | null => clauses[number] ?? null;
