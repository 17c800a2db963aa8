// The page that verifies evidence files: one HTML file, without a network, without anything of the platform's running.
import { EvidenceCheck, type EvidenceVerdict } from '#domain/evidence/evidence-check.ts';
import { heldHead, printedHead } from '#domain/evidence/evidence-file.ts';
import { evidenceLines } from '#domain/evidence/evidence-lines.ts';
import { faultWords, type Words } from '#domain/evidence/fault-words.ts';
import { knowsSignatures, pageTools } from './page-tools.ts';

const words = {
  title: { zh: '存证核验', en: 'Verify evidence' },
  intro: { zh: '选择平台导出的存证文件（.ndjson）。核验在本页内完成，不联网，不上传。', en: 'Choose an evidence file (.ndjson) the platform handed out. It is verified on this page: no network, nothing is sent.' },
  file: { zh: '存证文件', en: 'Evidence file' },
  head: { zh: '您以前持有的签名头（选填，每行一个；印在证书、学时清单上）', en: 'Heads you hold from earlier (optional, one a line; they are printed on certificates and lists of hours)' },
  headWhy: { zh: '填了才能证明平台自己没有改写记录：有密钥的人可以伪造一份自洽的文件，但改不了您手里的签名头。', en: 'Only with one can you prove that the platform itself has not rewritten its records: whoever has the key can forge a file that agrees with itself, but not the head in your hand.' },
  headWrong: { zh: '看不懂这个签名头：', en: 'This is no head: ' },
  going: { zh: '正在核验……', en: 'Verifying …' },
  right: { zh: '核验通过', en: 'All is right' },
  rightHeld: { zh: '核验通过，且与您持有的签名头衔接：记录没有被改写', en: 'All is right, and goes on from the heads you hold: nothing was rewritten' },
  wrong: { zh: '核验不通过', en: 'Something is wrong' },
  first: { zh: '第一处错误', en: 'First wrong record' },
  line: { zh: '第 {n} 行', en: 'line {n}' },
  found: { zh: '{events} 条事件、{streams} 个事件流、{files} 个文件指纹', en: '{events} events of {streams} streams, {files} hashes of files' },
  newest: { zh: '最新签名头（请抄下或保存）', en: 'Newest head (write it down or keep it)' },
  key: { zh: '平台首把公钥指纹（请与另处得到的比对）', en: "Fingerprint of the platform's first key (compare it with one you have from elsewhere)" },
  made: { zh: '导出时间', en: 'Made' }, about: { zh: '内容', en: 'About' },
  unable: { zh: '这个浏览器不支持 Ed25519 签名，无法核验。请换用 2025 年以后的 Chrome、Edge、Firefox 或 Safari。', en: 'This browser knows no Ed25519 signatures and cannot verify. Use Chrome, Edge, Firefox or Safari of 2025 or newer.' },
  limits: { zh: '本页证明：文件里的记录自签名之日起没有改动。不能证明文件没有略去整条事件流，或最后几条尚未签名的记录。', en: 'This proves that the records in the file were not changed since they were signed. It cannot tell that whole streams, or the last records that were not signed yet, were left out.' },
} as const satisfies Record<string, Words>;

const locale = (): keyof Words => (document.documentElement.lang.startsWith('en') ? 'en' : 'zh');
const say = (word: Words, values: Record<string, string | number> = {}): string => word[locale()].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
const part = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;

function row(list: HTMLElement, label: string, value: string): void {
  const [term, detail] = [document.createElement('dt'), document.createElement('dd')];
  [term.textContent, detail.textContent] = [label, value];
  list.append(term, detail);
}

function show(verdict: EvidenceVerdict, held: number): void {
  const list = document.createElement('dl');
  const title = document.createElement('h2');
  const { ok, fault, head, keyId, about, madeAt } = verdict;
  title.textContent = say(ok ? (held > 0 ? words.rightHeld : words.right) : words.wrong);
  if (fault) row(list, say(words.first), `${fault.line > 0 ? `${say(words.line, { n: fault.line })} · ` : ''}${fault.record} · ${say(faultWords[fault.code])}`);
  else {
    row(list, say(words.about), [say(words.found, { events: verdict.events, streams: verdict.streams, files: verdict.files }), ...Object.entries(about ?? {}).map(([name, value]) => `${name} ${value}`)].join(' · '));
    row(list, say(words.made), madeAt ?? '');
    row(list, say(words.newest), head ? printedHead(head) : '');
    row(list, say(words.key), keyId ?? '');
  }
  const result = part('result');
  result.className = ok ? 'good' : 'bad';
  result.replaceChildren(title, list);
}

function tell(text: string, tone: string): void {
  const result = part('result');
  result.className = tone;
  result.textContent = text;
}

async function* chunksOf(file: File, onRead: (share: number) => void): AsyncGenerator<Uint8Array> {
  const piece = 1 << 20;
  for (let from = 0; from < file.size; from += piece) {
    yield new Uint8Array(await file.slice(from, from + piece).arrayBuffer());
    onRead(Math.min(1, (from + piece) / file.size));
  }
}

let turn = 0;
async function verify(): Promise<void> {
  const file = part<HTMLInputElement>('file').files?.[0];
  if (!file) return;
  const mine = ++turn;
  const texts = part<HTMLTextAreaElement>('heads').value.split('\n').map((text) => text.trim()).filter(Boolean);
  const heads = texts.map((text) => ({ text, head: heldHead(text) }));
  const wrong = heads.find(({ head }) => !head);
  if (wrong) return tell(say(words.headWrong) + wrong.text, 'bad');
  if (!await knowsSignatures()) return tell(say(words.unable), 'bad');
  const check = new EvidenceCheck(pageTools);
  for await (const line of evidenceLines(chunksOf(file, (share) => { if (mine === turn) tell(`${say(words.going)} ${Math.round(share * 100)} %`, ''); }))) {
    if (mine !== turn) return;
    if (!await check.take(line)) break;
  }
  show(check.done({ heads: heads.flatMap(({ head }) => (head ? [head] : [])) }), heads.length);
}

function write(): void {
  for (const node of document.querySelectorAll<HTMLElement>('[data-word]')) node.textContent = say(words[node.dataset['word'] as keyof typeof words]);
  document.title = say(words.title);
}
document.documentElement.lang = /^zh\b/i.test(navigator.language) ? 'zh-CN' : 'en';
for (const language of ['zh-CN', 'en']) part(language).addEventListener('click', () => { document.documentElement.lang = language; write(); void verify(); });
part('file').addEventListener('change', () => void verify());
part('heads').addEventListener('change', () => void verify());
write();
