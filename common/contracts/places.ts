// Where things lie. Keys are relative to a storage root and use `/`; capture paths are relative to DATA_DIR.
import type { LedgerFormat } from '#domain/ledger.ts';
import type { ReplayFileName } from './recording.ts';

export const captureDirectory = (lessonId: string, sessionId: string): string => `capture/${lessonId}/${sessionId}`;
/** Of the class, or of one of its breakout groups: each room of a session is a recording. */
export const roomCaptureDirectory = (lessonId: string, sessionId: string, roomId: string): string => `${captureDirectory(lessonId, sessionId)}/${roomId}`;
/** What one boot of a media node captured of a room. */
export const bootCaptureDirectory = (lessonId: string, sessionId: string, roomId: string, nodeBoot: string): string =>
  `${roomCaptureDirectory(lessonId, sessionId, roomId)}/${nodeBoot}`;
/** One JSON line per event of a room on one node boot, see sfu/README.md. */
export const timelineFile = 'timeline.jsonl';
export const segmentFile = (index: number): string => `${String(index).padStart(6, '0')}.rtplog`;

/** Files of one chunk while its unit is not finished; relative to DATA_DIR. */
export const chunkDirectory = (recordingId: string, unitId: string, ordinal: number): string =>
  `chunks/${recordingId}/${unitId}/${String(ordinal).padStart(4, '0')}`;
/** Of a delayed broadcast, in the storage: the playlist and its segments (`12.ts`). */
export const liveStreamKey = (streamId: string, name: string): string => `live/${streamId}/${name}`;
/** What its composer must remember between segments; relative to DATA_DIR. */
export const liveStreamDirectory = (streamId: string): string => `live-work/${streamId}`;
export const replayKey = (replayId: string, name: ReplayFileName): string => `replays/${replayId}/${name}`;
/** The second copy of a sealed segment, in its own storage; the same path as under DATA_DIR. */
export const segmentCopyKey = (path: string): string => path;
/** Piece `index` of an upload, from 0. */
export const coursewarePieceKey = (coursewareId: string, index: number): string => `courseware/${coursewareId}/pieces/${index}`;
/** The file as it came: kept, never given out. */
export const coursewareOriginalKey = (coursewareId: string): string => `courseware/${coursewareId}/original`;
export const coursewarePageKey = (coursewareId: string, page: number, size: 'page' | 'thumb'): string => `courseware/${coursewareId}/pages/${page}-${size}.webp`;
/** Where its pages are made; relative to DATA_DIR. */
export const coursewareWorkDirectory = (coursewareId: string): string => `courseware-work/${coursewareId}`;
export const pictureKey = (personId: string, pictureId: string): string => `pictures/${personId}/${pictureId}.bin`;
/** A file kept as evidence; never deleted. */
export const attachmentKey = (institutionId: string, attachmentId: string): string => `attachments/${institutionId}/${attachmentId}`;
/** A file the authority gives to everybody; stays when it is withdrawn. */
export const resourceKey = (resourceId: string): string => `resources/${resourceId}`;
/** The picture in a question's stem. */
export const questionPictureKey = (courseId: string, pictureId: string): string => `questions/${courseId}/${pictureId}`;
/** A ledger as a file, for whoever asked; and where it is made, relative to DATA_DIR. */
export const ledgerExportKey = (exportId: string, format: LedgerFormat): string => `ledger/${exportId}.${format === 'hours' ? 'pdf' : format}`;
/** Piece `ordinal` of an uploaded film, from 0; its `ordinal`th file of a unit, from 1; and where that is made, relative to DATA_DIR. */
export const filmPieceKey = (filmId: string, ordinal: number): string => `films/${filmId}/pieces/${ordinal}`;
export const filmFileKey = (filmId: string, ordinal: number, name: ReplayFileName): string => `films/${filmId}/${ordinal}/${name}`;
/** Of a replay: its own file, or that of the film it was lent from. */
export const replayFileKey = ({ id, filmId, filmOrdinal }: { id: string; filmId?: string | null | undefined; filmOrdinal?: number | null | undefined }, name: ReplayFileName): string =>
  (filmId && filmOrdinal ? filmFileKey(filmId, filmOrdinal, name) : replayKey(id, name));
export const filmWorkDirectory = (filmId: string): string => `film-work/${filmId}`;
export const ledgerWorkFile = (exportId: string): string => `ledger-work/${exportId}.part`;
/** A subsidy file, for the office that asked; and the directory it is made in, relative to DATA_DIR. */
export const subsidyKey = (fileId: string): string => `subsidy/${fileId}.zip`;
export const subsidyWorkDirectory = (fileId: string): string => `subsidy-work/${fileId}`;
