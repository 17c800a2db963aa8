// Texts of the page that shows the interface for programs.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  intro: '给程序开发人员看的：机构的程序怎样读取本平台的数据。字段说明为英文，与 OpenAPI 3.1 文件一致。',
  signTitle: '怎样签名', signText: '编号和密钥由机构教务在“机构 → 程序接口”里生成。每次请求带四个请求头：',
  header: { client: '程序编号', time: '当前时间（Unix 毫秒），与服务器相差不超过 {minutes} 分钟', nonce: '一次性随机串，16 到 64 个字母、数字、“-”或“_”，不能重复使用', signature: '签名：用密钥对下面的文字作 HMAC-SHA256，十六进制小写' },
  pages: '每页最多 {most} 条。把回答里的 cursor 原样放进下一次请求，就接着读，不漏也不重；读完后留着 cursor，下次从那里继续。',
  download: '下载 OpenAPI 3.1 文件', search: '查找接口', none: '没有找到。', programs: '给程序用（签名请求）',
  path: '地址里的参数', query: '问号后的参数', body: '请求内容', answer: '回答', optional: '可不填', bodyExample: '请求示例', answerExample: '回答示例',
};
