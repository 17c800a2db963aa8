// Posts and resources of the public corner as tests make them: over the routes.
import type { LightMyRequestResponse } from 'fastify';
import type { Corner, CornerPostBody } from '#contracts/corner-routes.ts';
import { newId } from '#domain/id.ts';
import { pdfBytes } from './attachment.ts';
import type { HttpWorld, Known } from './http-world.ts';
import type { School } from './school.ts';

const none = { title: '', words: '', source: '', link: '', employer: '', place: '', wage: '', contact: '', lastDay: null };
export const newsBody = (part: Partial<CornerPostBody> = {}): CornerPostBody =>
  ({ postId: newId(), kind: 'news', ...none, title: '技能提升补贴怎么领', words: '取得证书后十二个月内申请。', source: '省人力资源和社会保障厅', link: 'https://www.example.gov.cn/1', ...part });
export const jobBody = (part: Partial<CornerPostBody> = {}): CornerPostBody =>
  ({ postId: newId(), kind: 'job', ...none, title: '焊工', words: '持证，两年以上。', employer: '示范焊接厂', place: '秦皇岛海港区', wage: '每月 6000–8000 元', contact: '0335-0000000 王师傅', lastDay: '2026-03-20', ...part });

export interface ResourceWish { title?: string; words?: string; fileName?: string; bytes?: Buffer; sizeBytes?: number }
export function sendResource(world: HttpWorld, person: Known | null, wish: ResourceWish = {}): Promise<LightMyRequestResponse> {
  const { title = '职业道德', words = '通用素质', fileName = '职业道德.pdf', bytes = pdfBytes(title) } = wish;
  const query = new URLSearchParams({ title, words, fileName, sizeBytes: String(wish.sizeBytes ?? bytes.length) });
  return world.call(`POST /api/corner/resources?${query}`, person, { payload: bytes, headers: { 'content-type': 'application/pdf' } });
}

/** A post of that school that waits, and a resource by its regulator. */
export async function addCorner(world: HttpWorld, school: School): Promise<{ postId: string; resourceId: string }> {
  const payload = newsBody({ title: 'Quillfish' });
  const written = await world.call(`POST /api/institutions/${school.institutionId}/corner-posts`, school.scheduler, { payload });
  const sent = await sendResource(world, school.regulator, { title: newId() });
  if (written.statusCode !== 200 || sent.statusCode !== 200) throw new Error(`${written.body} ${sent.body}`);
  return { postId: payload.postId, resourceId: sent.json<Corner>().resources.at(-1)!.resourceId };
}
