// What is counted of requests: names and codes of the tables only, a join from asking to the first stream, refusals for want of something.
import { expect, it } from 'vitest';
import { createLog } from '#runtime/log.ts';
import { totalOf } from '#runtime/metrics-window.ts';
import { SignalingFigures, type AnsweredRequest } from './figures.ts';

const make = () => {
  const figures = SignalingFigures.create(createLog('test', 'silent'));
  const answered = (name: string, change: Partial<AnsweredRequest> = {}) =>
    figures.requestAnswered({ socket: one, name, data: {}, reply: { ok: true, data: {} }, beganMs: 1000, endedMs: 1020, ...change });
  return { figures, answered };
};
const [one, other] = [{}, {}];
const refused = (code: 'media_full' | 'forbidden'): AnsweredRequest['reply'] => ({ ok: false, error: { code, message: '' } });

it('counts requests by name and code, and times them', async () => {
  const { figures, answered } = make();
  answered('hand:raise');
  answered('hand:raise', { reply: refused('forbidden') });
  const text = await figures.metrics.text();
  expect(text).toContain('keshi_signaling_requests_total{request="hand:raise",code="ok"} 1');
  expect(text).toContain('keshi_signaling_requests_total{request="hand:raise",code="forbidden"} 1');
  expect(text).toContain('keshi_signaling_request_seconds_bucket{le="0.025",request="hand:raise"} 2');
});

it('a join lasts from asking for media to the first stream that is resumed, on the same socket, once', () => {
  const { figures, answered } = make();
  answered('media:resumeConsumer');
  expect(totalOf(figures.recent.joinCounts)).toBe(0);
  answered('media:join', { beganMs: 0, endedMs: 10 });
  answered('media:resumeConsumer', { socket: other, endedMs: 20 });
  answered('media:resumeConsumer', { endedMs: 30, reply: refused('forbidden') });
  expect(totalOf(figures.recent.joinCounts)).toBe(0);
  answered('media:resumeConsumer', { endedMs: 1200 });
  answered('media:resumeConsumer', { endedMs: 9000 });
  // 1200 ms is in the bucket up to 1500.
  expect(figures.recent.joinCounts.findIndex((count) => count === 1)).toBe(7);
  expect(totalOf(figures.recent.joinCounts)).toBe(1);
});

it('a refused join is none, and what people are refused for want of is counted by its code', () => {
  const { figures, answered } = make();
  answered('media:join', { reply: refused('media_full') });
  answered('media:resumeConsumer');
  answered('hand:raise', { reply: refused('forbidden') });
  expect(figures.recent).toMatchObject({ refused: { media_full: 1 } });
  expect(totalOf(figures.recent.joinCounts)).toBe(0);
});

it('takes the round trip and the first picture that browsers report, and the time until answers are saved', async () => {
  const { figures, answered } = make();
  answered('presence:report', { data: { visible: true, rttMs: 24, firstFrameMs: 700 } });
  answered('presence:report', { data: { visible: true } });
  answered('quiz:answer', { endedMs: 1004 });
  const text = await figures.metrics.text();
  expect(text).toContain('keshi_signaling_client_rtt_seconds_bucket{le="0.025"} 1');
  expect(text).toContain('keshi_signaling_first_frame_seconds_sum 0.7');
  expect([totalOf(figures.recent.firstFrameCounts), figures.recent.answerCounts[0]]).toEqual([1, 1]);
});
