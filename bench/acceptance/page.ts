// The report as one page that stands alone: Chinese first, English beside it, no script that runs, nothing loaded from anywhere.
import type { Report } from './report.ts';
import type { Judged, Verdict, Words } from './requirements.ts';

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const verdicts: Record<Verdict, Words> = { passed: { zh: '通过', en: 'passed' }, failed: { zh: '未通过', en: 'failed' }, notMeasured: { zh: '未测', en: 'not measured' } };
const both = ({ zh, en }: Words): string => (zh === '' && en === '' ? '—' : `${escape(zh)}<br><span lang="en">${escape(en)}</span>`);

const style = `body{font:16px/1.5 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
table{border-collapse:collapse;width:100%;margin:1rem 0}th,td{border:1px solid #bbb;padding:.5rem;text-align:left;vertical-align:top}th{background:#f2f2f2}
[lang=en]{color:#555;font-size:.875em}.passed{color:#0a6b2d;font-weight:600}.failed{color:#a8071a;font-weight:600}.notMeasured{color:#5c5c5c}code{overflow-wrap:anywhere}`;

const requirementRow = ({ id, words, limit, measured, verdict, why }: Judged): string =>
  `<tr><th scope="row">${escape(id)}</th><td>${both(words)}</td><td>${both(limit)}</td><td>${both(measured)}</td><td><span class="${verdict}">${both(verdicts[verdict])}</span>${why.zh ? `<br>${both(why)}` : ''}</td></tr>`;

function facts({ url, startedAt, endedAt, commit, machine, sameMachine, figures, generators }: Report): [Words, string][] {
  return [
    [{ zh: '地址', en: 'Address' }, url], [{ zh: '时间', en: 'Time' }, `${startedAt} – ${endedAt}`], [{ zh: '版本', en: 'Commit' }, commit], [{ zh: '发压机器', en: 'Machine of the load' }, machine],
    [{ zh: '平台与发压在同一台机器', en: 'Platform and load on one machine' }, sameMachine ? '是 yes' : '否 no'],
    [{ zh: '发压进程占一个核的百分比', en: 'Load processes, percent of a core each' }, `${generators.processes}: ${generators.cpuPercent.join(', ')}`],
    [{ zh: '进入课堂 99 %', en: 'Entering, 99 %' }, `${figures.enterP99Ms ?? '—'} ms`], [{ zh: '答题确认 99 %', en: 'Answer acknowledged, 99 %' }, `${figures.answerP99Ms ?? '—'} ms`],
    [{ zh: '登录核验通过（由教师确认看到）', en: 'Signed in (by a look of the teacher)' }, `${figures.signedIn} / ${figures.learners}`],
    [{ zh: '首帧 95 %（不解码）', en: 'First picture, 95 % (not decoded)' }, `${figures.firstFrameP95Ms ?? '—'} ms`],
    [{ zh: '真实浏览器首帧', en: 'First picture in real browsers' }, figures.browsers ? `${figures.browsers.firstFrameMs.join(', ')} ms, ${figures.browsers.heights.join(', ')} 行 lines` : '—'],
    [{ zh: '真实浏览器显示详情页', en: 'Detail page shown in real browsers' }, figures.browsers ? `${figures.browsers.shownMs.join(', ')} ms` : '—'],
  ];
}

export interface Seal { fingerprint: string; publicKey: string; data: string }
export function renderPage(report: Report, { fingerprint, publicKey, data }: Seal): string {
  const heads: Words[] = [{ zh: '条款', en: 'Requirement' }, { zh: '要求', en: 'Words' }, { zh: '判据', en: 'Limit' }, { zh: '实测', en: 'Measured' }, { zh: '结论', en: 'Verdict' }];
  return `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>课时 验收报告 · Keshi acceptance report</title><style>${style}</style></head><body>
<h1>课时 验收报告 <span lang="en">Keshi acceptance report</span></h1>
<table><thead><tr>${heads.map((head) => `<th scope="col">${both(head)}</th>`).join('')}</tr></thead><tbody>
${report.requirements.map(requirementRow).join('\n')}
</tbody></table>
<h2>运行情况 <span lang="en">The run</span></h2>
<table><tbody>
${facts(report).map(([name, value]) => `<tr><th scope="row">${both(name)}</th><td>${escape(value)}</td></tr>`).join('\n')}
</tbody></table>
<h2>签名 <span lang="en">Signature</span></h2>
<p>本报告由平台实例密钥签名（Ed25519）。密钥指纹 <code>${fingerprint}</code>，公钥 <code>${escape(publicKey)}</code>。核验：<code>npm run acceptance -- --check 文件</code>。<br>
<span lang="en">Signed with the instance's key (Ed25519); its fingerprint and public key stand above. To verify: <code>npm run acceptance -- --check FILE</code>.</span></p>
${data}
</body></html>
`;
}
