// Posts of the public corner as everybody reads them, and as their desk does; and the authority's resources that stand.
import type { CornerLine, CornerPage as Page, CornerPost, CornerResource, DeskPost } from '#contracts/corner-routes.ts';
import type { AttachmentType } from '#domain/attachment.ts';
import { cornerPage, cornerStateAfter, type CornerContent, type CornerKind, type CornerState } from '#domain/corner.ts';
import type { EntityManager } from '../orm.ts';
import { arrayOf } from './lesson-access.ts';

interface Row { id: string; kind: CornerKind; by_authority: boolean; content: CornerContent; last_day: string | null; decided_at: string; institution_name: string }
const columns = 'p.id, p.kind, p.by_authority, p.content, p.last_day::text as last_day, p.decided_at, i.name as institution_name';
/** What everybody sees. Value: now. */
const shownSql = `p.state = 'published' and (p.ends_at is null or p.ends_at > ?)`;
const iso = (at: string): string => new Date(at).toISOString();

const lineOf = ({ id, kind, by_authority: byAuthority, content: { title, source, employer, place, wage }, last_day: lastDay, decided_at: publishedAt, institution_name: name }: Row): CornerLine =>
  ({ postId: id, kind, title, source, employer, place, wage, by: byAuthority ? null : name, publishedAt: iso(publishedAt), lastDay });

/** Newest first; `page` from 1. Of all institutions the connection reaches. */
export async function shownPosts(em: EntityManager, kind: CornerKind, page: number, now: Date): Promise<Page> {
  const rows = await em.execute<Row[]>(
    `select ${columns} from corner_post p join institution i on i.id = p.institution_id where p.kind = ? and ${shownSql} order by p.decided_at desc, p.id limit ${cornerPage + 1} offset ?`, [kind, now, (page - 1) * cornerPage]);
  return { posts: rows.slice(0, cornerPage).map(lineOf), page, more: rows.length > cornerPage };
}

/** Null: there is none that everybody sees. */
export async function shownPost(em: EntityManager, postId: string, now: Date): Promise<CornerPost | null> {
  const [row] = await em.execute<Row[]>(`select ${columns} from corner_post p join institution i on i.id = p.institution_id where p.id = ? and ${shownSql}`, [postId, now]);
  return row ? { ...lineOf(row), words: row.content.words, link: row.content.link, contact: row.content.contact } : null;
}

/** What somebody is to posts: of which offices, which institutions they oversee, whether they operate the platform. */
export interface CornerPart { personId: string; offices: ReadonlySet<string>; overseen: ReadonlySet<string>; operator: boolean }
export interface JudgedPost { institutionId: string; writtenBy: string; state: CornerState }
export const mayJudge = ({ overseen, operator }: CornerPart, { institutionId }: Pick<JudgedPost, 'institutionId'>): boolean => operator || overseen.has(institutionId);
export const mayTakeDown = (part: CornerPart, post: Pick<JudgedPost, 'institutionId'>): boolean => mayJudge(part, post) || part.offices.has(post.institutionId);

interface DeskRow extends Omit<Row, 'decided_at'> {
  institution_id: string; state: CornerState; written_at: string; written_by: string; writer: string; over: boolean;
  decided_at: string | null; decider: string | null; decision_reason: string | null; taken_down_at: string | null; taker: string | null; taken_down_reason: string | null;
}
const mostOnDesk = 200;
const deed = (at: string | null, by: string | null, reason: string | null): DeskPost['decided'] => (at === null ? null : { at: iso(at), by: by ?? '', reason: reason ?? '' });

function deskPost(part: CornerPart, row: DeskRow): DeskPost {
  const post: JudgedPost = { institutionId: row.institution_id, writtenBy: row.written_by, state: row.state };
  return {
    postId: row.id, kind: row.kind, state: row.state, ...row.content, lastDay: row.last_day, over: row.over, institutionName: row.institution_name, byAuthority: row.by_authority, writtenBy: row.writer, writtenAt: iso(row.written_at),
    decided: deed(row.decided_at, row.decider, row.decision_reason), takenDown: deed(row.taken_down_at, row.taker, row.taken_down_reason),
    mayDecide: row.state === 'waiting' && row.written_by !== part.personId && mayJudge(part, post), mayTakeDown: cornerStateAfter(row.state, 'take_down') !== null && mayTakeDown(part, post),
  };
}

export async function deskPosts(em: EntityManager, part: CornerPart, now: Date): Promise<DeskPost[]> {
  const rows = await em.execute<DeskRow[]>(
    `select ${columns}, p.institution_id, p.state, p.written_at, p.written_by, w.name as writer, coalesce(p.ends_at <= ?, false) as over, d.name as decider, p.decision_reason, p.taken_down_at, t.name as taker, p.taken_down_reason
     from corner_post p join institution i on i.id = p.institution_id join person w on w.id = p.written_by left join person d on d.id = p.decided_by left join person t on t.id = p.taken_down_by
     where ? or p.institution_id = any(?::uuid[]) order by p.state <> 'waiting', p.written_at desc, p.id limit ${mostOnDesk}`, [now, part.operator, arrayOf([...part.offices, ...part.overseen])]);
  return rows.map((row) => deskPost(part, row));
}

interface ResourceRow { id: string; title: string; words: string; file_name: string; content_type: AttachmentType; size_bytes: number; added_at: string; added_by: string }
/** In the order of their places. */
export async function standingResources(em: EntityManager): Promise<(CornerResource & { addedBy: string })[]> {
  const rows = await em.execute<ResourceRow[]>('select id, title, words, file_name, content_type, size_bytes, added_at, added_by from corner_resource where withdrawn_at is null order by place');
  return rows.map((row) => ({ resourceId: row.id, title: row.title, words: row.words, fileName: row.file_name, contentType: row.content_type, sizeBytes: row.size_bytes, addedAt: iso(row.added_at), addedBy: row.added_by }));
}
