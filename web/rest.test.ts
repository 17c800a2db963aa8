// How answers that are no success become errors people can read.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { onUnauthenticated, readError, rest, restUrl } from './rest.ts';

const lessonId = '01890000-0000-7000-8000-000000000001';
afterEach(() => { vi.unstubAllGlobals(); });
const answering = (status: number, body: string): void => { vi.stubGlobal('fetch', () => Promise.resolve(new Response(body, { status }))); };

describe('readError', () => {
  it('takes our code and request id', () => {
    const error = readError(500, { error: { code: 'internal', message: 'internal', requestId: 'r1' } });
    expect([error.code, error.requestId]).toEqual(['internal', 'r1']);
  });
  it.each([
    [502, '<html>', 'unreachable'], [503, null, 'unreachable'], [429, {}, 'too_many_attempts'],
    [404, { error: { code: 'never_heard_of' } }, 'internal'], [418, null, 'internal'],
  ])('status %i with %j is %s', (status, body, code) => {
    expect(readError(status, body).code).toBe(code);
  });
});

describe('rest', () => {
  it('answers the reply', async () => {
    answering(200, '{"ok":true}');
    await expect(rest('GET /api/health')).resolves.toEqual({ ok: true });
  });
  it('throws the code of a refusal', async () => {
    answering(404, '{"error":{"code":"not_found","message":"no such lesson"}}');
    await expect(rest('GET /api/lessons/:lessonId', { params: { lessonId } })).rejects.toMatchObject({ code: 'not_found' });
  });
  it('sends no sign that cannot be kept, in an address or a body', async () => {
    const sent: unknown[] = [];
    vi.stubGlobal('fetch', (address: string, { body }: RequestInit) => {
      sent.push(address, body);
      return Promise.resolve(new Response('{}'));
    });
    await rest('GET /api/courses/:courseId/questions', { params: { courseId: lessonId }, query: { text: 'a\0b\ud800' } });
    await rest('POST /api/lessons/:lessonId/qa', { params: { lessonId }, body: { postId: lessonId, text: 'is\0 it \udc00𠮷?\n' } });
    expect(sent).toEqual([`/api/courses/${lessonId}/questions?text=ab`, undefined, `/api/lessons/${lessonId}/qa`, JSON.stringify({ postId: lessonId, text: 'is it 𠮷?\n' })]);
  });
  it('is unreachable where no answer comes', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    await expect(rest('GET /api/health')).rejects.toMatchObject({ code: 'unreachable' });
  });
  it('tells listeners once nobody is logged in, and not after they are gone', async () => {
    answering(401, '{"error":{"code":"unauthenticated","message":"log in first"}}');
    const heard = vi.fn();
    const off = onUnauthenticated(heard);
    await rest('GET /api/me').catch(() => undefined);
    off();
    await rest('GET /api/me').catch(() => undefined);
    expect(heard).toHaveBeenCalledTimes(1);
  });
  it('sends JSON, and pictures as a form', async () => {
    const sent: RequestInit[] = [];
    vi.stubGlobal('fetch', (_address: string, init: RequestInit) => { sent.push(init); return Promise.resolve(new Response('{}')); });
    await rest('PUT /api/me/locale', { body: { locale: 'en' } });
    await rest('POST /api/face-enrolment', { body: [new Blob(['1']), new Blob(['2'])] });
    await rest('DELETE /api/session');
    expect([sent[0]?.method, sent[0]?.body]).toEqual(['PUT', '{"locale":"en"}']);
    const form = sent[1]?.body;
    expect(form instanceof FormData && form.getAll('picture').length).toBe(2);
    expect(sent[2]?.body).toBeUndefined();
  });
});

describe('restUrl', () => {
  it('gives the address of a file', () => {
    expect(restUrl('GET /api/lessons/:lessonId/report.xlsx', { params: { lessonId }, query: { locale: 'zh' } })).toBe(`/api/lessons/${lessonId}/report.xlsx?locale=zh`);
  });
});
