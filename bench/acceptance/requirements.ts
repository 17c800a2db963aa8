// The requirements an acceptance run answers to, their words and limits, and how measured figures are judged. Nothing is reckoned up: what was not reached is not measured.
export type Verdict = 'passed' | 'failed' | 'notMeasured';
export interface Words { zh: string; en: string }

/** What one run measured; null where it did not. Times in ms. */
export interface RunFigures {
  /** `signedIn`: whose sign-in passed meanwhile. */
  learners: number; enteredLearners: number; signedIn: number; enterP99Ms: number | null; lostLines: number; answers: number; answersLost: number; answerP99Ms: number | null;
  mediaLearners: number; mediaServed: number; mediaLossPercent: number | null; firstFrameP95Ms: number | null;
  /** Round trip of media connections between the viewers' machine and the media nodes. */
  mediaRoundTrip: { p50Ms: number; p95Ms: number; shareWithin25: number; samples: number } | null;
  /** All within one second. */
  detail: Clicks | null; object: Clicks | null;
  browsers: { firstFrameMs: number[]; shownMs: number[]; heights: number[] } | null;
  /** Of one core, the busiest process that made the load. */
  generatorCpuPercent: number;
}
export interface Clicks { clicks: number; errors: number; p50Ms: number; p99Ms: number }
export interface Judged { id: string; words: Words; limit: Words; measured: Words; verdict: Verdict; why: Words }

interface Requirement { id: string; words: Words; limit: Words; judge(figures: RunFigures): { measured: Words; verdict: Verdict; why?: Words } }
const none: Words = { zh: '', en: '' };
const boundFrom = 90;
const smoothLossPercent = 0.5;
const smooth: Words = { zh: '全部学员在线、无掉线、答题无丢失、媒体丢包 ≤ 0.5 %', en: 'every learner present, no line lost, no answer lost, media loss ≤ 0.5 %' };

const isBound = ({ generatorCpuPercent }: RunFigures): boolean => generatorCpuPercent >= boundFrom;
const bound: Words = { zh: '发压机器已满负荷，结果不能归因于平台', en: 'the machine that made the load was the limit, so this says nothing of the platform' };

function smoothly(figures: RunFigures): boolean {
  const { learners, enteredLearners, lostLines, answersLost, mediaLossPercent, mediaLearners, mediaServed } = figures;
  return enteredLearners === learners && lostLines === 0 && answersLost === 0 && mediaServed === mediaLearners && (mediaLossPercent ?? 0) <= smoothLossPercent;
}

/** A run smaller than the requirement can fail it, but not pass it. */
function atSize(good: boolean, size: number, wanted: number, figures: RunFigures): { verdict: Verdict; why?: Words } {
  if (!good) return isBound(figures) ? { verdict: 'notMeasured', why: bound } : { verdict: 'failed' };
  if (size < wanted) return { verdict: 'notMeasured', why: { zh: `本次规模为 ${size}，要求为 ${wanted}`, en: `this run had ${size}, the requirement names ${wanted}` } };
  return { verdict: 'passed' };
}

const concurrent = (id: string, wanted: number, words: Words): Requirement => ({
  id, words, limit: { zh: `≥ ${wanted} 人同时在线；${smooth.zh}`, en: `≥ ${wanted} at the same time; ${smooth.en}` },
  judge: (figures) => ({
    measured: {
      zh: `${figures.enteredLearners} / ${figures.learners} 人在线，掉线 ${figures.lostLines} 次，答题丢失 ${figures.answersLost} / ${figures.answers}，媒体 ${figures.mediaServed} / ${figures.mediaLearners} 路，丢包 ${figures.mediaLossPercent ?? '—'} %`,
      en: `${figures.enteredLearners} of ${figures.learners} present, ${figures.lostLines} lines lost, ${figures.answersLost} of ${figures.answers} answers lost, media to ${figures.mediaServed} of ${figures.mediaLearners}, ${figures.mediaLossPercent ?? '—'} % lost`,
    },
    ...atSize(smoothly(figures), figures.enteredLearners, wanted, figures),
  }),
});

const clicked = (clicks: Clicks): Words => ({
  zh: `1 秒内 ${clicks.clicks} 次点击：中位 ${clicks.p50Ms} ms，99 % 在 ${clicks.p99Ms} ms 内，错误 ${clicks.errors}`,
  en: `${clicks.clicks} clicks within one second: median ${clicks.p50Ms} ms, 99 % within ${clicks.p99Ms} ms, ${clicks.errors} errors`,
});
const notDone: Words = { zh: '本次未测', en: 'not part of this run' };

function judgeClicks(clicks: Clicks | null, limitMs: number, concurrency: number, figures: RunFigures): ReturnType<Requirement['judge']> {
  if (!clicks) return { measured: none, verdict: 'notMeasured', why: notDone };
  return { measured: clicked(clicks), ...atSize(clicks.errors === 0 && clicks.p99Ms <= limitMs, clicks.clicks, concurrency, figures) };
}

export const requirements: readonly Requirement[] = [
  {
    id: 'R16', words: { zh: '视频网络延迟 ≤ 25 ms', en: 'Network latency of video ≤ 25 ms' }, limit: { zh: '95 % 的往返 ≤ 25 ms', en: '95 % of round trips ≤ 25 ms' },
    judge(figures) {
      const trip = figures.mediaRoundTrip;
      if (!trip) return { measured: none, verdict: 'notMeasured', why: notDone };
      const measured: Words = {
        zh: `中位 ${trip.p50Ms} ms，95 % 在 ${trip.p95Ms} ms 内；${trip.shareWithin25} % 不超过 25 ms（发压机器到媒体节点，${trip.samples} 路）`,
        en: `median ${trip.p50Ms} ms, 95 % within ${trip.p95Ms} ms; ${trip.shareWithin25} % at most 25 ms (from the machine of the load to the media nodes, ${trip.samples} connections)`,
      };
      if (trip.p95Ms <= 25) return { measured, verdict: 'passed' };
      return isBound(figures) ? { measured, verdict: 'notMeasured', why: bound } : { measured, verdict: 'failed' };
    },
  },
  concurrent('R18', 1000, { zh: '同时在线培训学员 ≥ 1000 人', en: '≥ 1000 trainees online at the same time' }),
  concurrent('R57', 2000, { zh: '同时在线学习 ≥ 2000 人，运行流畅', en: '≥ 2000 learning online at the same time, smoothly' }),
  {
    id: 'R119', words: { zh: '支持 20000 人同时在线学习；10000 并发下点击到详情页显示 ≤ 5 秒', en: '20,000 learners at the same time; at 10,000 concurrent clicks the detail page is shown within 5 s' },
    limit: { zh: '20000 人在线；10000 次并发点击，99 % ≤ 5000 ms，错误 0', en: '20,000 present; 10,000 clicks at once, 99 % ≤ 5000 ms, no error' },
    judge(figures) {
      const judged = judgeClicks(figures.detail, 5000, 10_000, figures);
      return judged.verdict === 'passed' ? { measured: judged.measured, ...atSize(smoothly(figures), figures.enteredLearners, 20_000, figures) } : judged;
    },
  },
  {
    id: 'R120', words: { zh: '音视频、PDF、JPG 等对象数据：10000 并发下从请求到显示（翻页）≤ 2 秒', en: 'Object data (video, audio, PDF, JPG): from request to display (page turn) within 2 s at 10,000 concurrent' },
    limit: { zh: '10000 次并发请求，99 % 首字节 ≤ 2000 ms，错误 0', en: '10,000 requests at once, 99 % of first bytes ≤ 2000 ms, no error' },
    judge(figures) {
      const judged = judgeClicks(figures.object, 2000, 10_000, figures);
      if (judged.verdict !== 'passed') return judged;
      return { ...judged, why: { zh: '对象为一个单元的音视频首段，含取得签名链接的时间', en: 'the object was the first segment of a unit, with the time its signed link took' } };
    },
  },
];

export const judge = (figures: RunFigures): Judged[] => requirements.map(({ id, words, limit, judge: judgeOne }) => ({ id, words, limit, why: none, ...judgeOne(figures) }));
