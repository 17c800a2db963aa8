// Posts of the public corner, and the authority's own resources.
import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { AttachmentType } from '#domain/attachment.ts';
import type { CornerContent, CornerKind, CornerState } from '#domain/corner.ts';

/** `content` never changes: a mended post is a new one. */
export const CornerPost = defineEntity({
  name: 'CornerPost',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), kind: p.text().$type<CornerKind>(), byAuthority: p.boolean(), content: p.json().$type<CornerContent>(), lastDay: p.date().nullable(), endsAt: p.datetime().nullable(),
    writtenAt: p.datetime(), writtenBy: p.uuid(), state: p.text().$type<CornerState>(), decidedAt: p.datetime().nullable(), decidedBy: p.uuid().nullable(), decisionReason: p.text().nullable(),
    takenDownAt: p.datetime().nullable(), takenDownBy: p.uuid().nullable(), takenDownReason: p.text().nullable(),
  },
});
/** `place`: 1 to 10, of those that stand each its own. */
export const CornerResource = defineEntity({
  name: 'CornerResource',
  properties: {
    id: p.uuid().primary(), place: p.smallint(), title: p.text(), words: p.text(), fileName: p.text(), contentType: p.text().$type<AttachmentType>(), sizeBytes: p.integer(), sha256: p.text(),
    addedAt: p.datetime(), addedBy: p.uuid(), withdrawnAt: p.datetime().nullable(), withdrawnBy: p.uuid().nullable(), withdrawReason: p.text().nullable(),
  },
});
export type CornerPost = InferEntity<typeof CornerPost>;
export type CornerResource = InferEntity<typeof CornerResource>;
