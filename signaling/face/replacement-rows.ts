// Replacements of faces as rows for staff: of people of their institutions, never their own.
import type { FaceReplacement } from '#contracts/face-approval.ts';
import type { EntityManager } from '#db/orm.ts';
import { institutionsSql } from '#db/queries/face-enrolments.ts';
import type { ReplaceReason } from '#domain/face-enrolment.ts';

interface Row {
  id: string; person_id: string; name: string; status: FaceReplacement['status']; created_at: string; request_reason: ReplaceReason | null; former_distance: number | null;
  measures: Record<string, number> | null; pictures: number; former_pictures: number | null; former_at: string | null;
  decided_at: string | null; decision_reason: string | null; decided_by_name: string | null; of_all: string;
}
export interface Wish { enrolmentId?: string; status?: 'awaiting_approval'; decidedSince?: Date; most: number }

const iso = (at: string | null): string | null => (at ? new Date(at).toISOString() : null);

function replacementOf(row: Row): FaceReplacement {
  const open = row.status === 'awaiting_approval';
  const live = [row.measures?.['live1'], row.measures?.['live2']].filter((value) => value !== undefined);
  return {
    enrolmentId: row.id, personId: row.person_id, name: row.name, status: row.status, sentAt: new Date(row.created_at).toISOString(), why: row.request_reason,
    distance: row.former_distance, live: live.length > 0 ? Math.min(...live) : null,
    pictures: open ? row.pictures : 0, formerPictures: open ? (row.former_pictures ?? 0) : 0, formerAt: open ? iso(row.former_at) : null,
    decision: row.decided_at ? { approved: row.status !== 'refused', by: row.decided_by_name ?? '', at: new Date(row.decided_at).toISOString(), reason: row.decision_reason } : null,
  };
}

/** With how many there are in all. Waiting ones come the oldest first, decided ones the newest first. */
export async function replacementRows(em: EntityManager, staffId: string, { enrolmentId, status, decidedSince, most }: Wish): Promise<{ rows: FaceReplacement[]; count: number }> {
  const rows = await em.execute<Row[]>(
    `select e.id, e.person_id, p.name, e.status, e.created_at, e.request_reason, e.former_distance, e.measures, jsonb_array_length(e.picture_ids) as pictures,
       jsonb_array_length(former.picture_ids) as former_pictures, former.created_at as former_at, e.decided_at, e.decision_reason, staff.name as decided_by_name,
       count(*) over () as of_all
     from face_enrolment e join person p on p.id = e.person_id left join person staff on staff.id = e.decided_by
     left join face_enrolment former on former.person_id = e.person_id and former.status = 'active'
     where e.person_id <> ? and (?::uuid is null or e.id = ?::uuid) and (?::text is null or e.status = ?) and (?::timestamptz is null or e.decided_at >= ?)
       and (e.status = 'awaiting_approval' or e.decided_at is not null)
       and ${institutionsSql('e.person_id')} && (select array_agg(own.institution_id::text) from membership own where own.person_id = ? and own.role in ('institution', 'admin'))
     order by e.decided_at desc nulls first, e.created_at, e.id limit ${most}`,
    [staffId, enrolmentId ?? null, enrolmentId ?? null, status ?? null, status ?? null, decidedSince ?? null, decidedSince ?? null, staffId]);
  return { rows: rows.map(replacementOf), count: Number(rows[0]?.of_all ?? 0) };
}
