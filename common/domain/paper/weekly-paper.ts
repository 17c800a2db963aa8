// Weekly table of enterprises (企业培训备案周报表): city, week, number, enterprise, people, platform; due on Monday 16:00 for the week before (R91).
import { missing, plain, stated, type Paper, type PaperCell } from './paper.ts';

/** `enrolled`: people of the client enrolled in that week; `inTraining`: people enrolled at any moment of it. Each person once. */
export interface WeeklyRow { clientId: string; name: string; regionName: string | null; enrolled: number; inTraining: number }
export interface WeeklyPaperFacts { institutionName: string; platformName: string; firstDay: string; lastDay: string; over: boolean; clients: readonly WeeklyRow[]; /** Staff of enterprises enrolled in that week whom nobody assigned to a client. */ unassigned: number }

export function weeklyPaper(facts: WeeklyPaperFacts, madeAt: Date): Paper {
  const { clients, firstDay, lastDay, platformName, unassigned } = facts;
  const period = `${firstDay} 至 ${lastDay}`;
  const sum = clients.reduce((total, { enrolled }) => total + enrolled, 0);
  const total: PaperCell[] = clients.length === 0 ? [] : [plain(''), plain(period), plain('合计'), plain(`${clients.length} 家企业`), plain(String(sum)), plain(''), plain('')];
  return {
    kind: 'weekly', title: '线上职业技能培训企业备案周报表', subtitle: `${facts.institutionName} · ${period}`, sources: '粤人社办〔2020〕2号五2、附件2（每周一16:00前报上一周）',
    parts: [
      { kind: 'fields', heading: '一、填报说明', rows: [
        { label: '填报机构', cell: plain(facts.institutionName) }, { label: '时间段', cell: facts.over ? plain(period) : missing(`${period}，这一周还没有结束`) },
        { label: '未关联企业的企业职工', cell: unassigned > 0 ? missing(`${unassigned} 人没有关联委托单位，未计入下表`, '/institution/clients') : plain('没有') },
      ] },
      {
        kind: 'table', heading: '二、企业备案情况', empty: '本周没有企业备案',
        columns: [['地市', 16], ['时间段', 22], ['序号', 7], ['企业名称', 28], ['备案人数', 10], ['培训平台名称', 18], ['本周在培人数', 12]].map(([heading, share]) => ({ heading: String(heading), share: Number(share) })),
        rows: [...clients.map((one, at) => [stated(one.regionName, '/institution/clients'), plain(period), plain(String(at + 1)), plain(one.name), plain(String(one.enrolled)), stated(platformName), plain(String(one.inTraining))]), ...(total.length > 0 ? [total] : [])],
      },
    ],
    notes: ['备案人数：本周内报名的企业学员，一人只计一次。本周在培人数：本周任何时候在班的企业学员。'], madeAt: madeAt.toISOString(), full: true,
  };
}
