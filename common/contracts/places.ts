// Where things lie. Keys are relative to a storage root and use `/`; capture paths are relative to DATA_DIR.

export const captureDirectory = (lessonId: string, sessionId: string): string => `capture/${lessonId}/${sessionId}`;
export const roomCaptureDirectory = (lessonId: string, sessionId: string, roomId: string, nodeBoot: string): string =>
  `${captureDirectory(lessonId, sessionId)}/${roomId}/${nodeBoot}`;
/** One JSON line per event of a room on one node boot, see sfu/README.md. */
export const timelineFile = 'timeline.jsonl';
export const segmentFile = (index: number): string => `${String(index).padStart(6, '0')}.rtplog`;

export const unitKey = (unitId: string, name: 'unit.mp4' | 'index.m3u8' | 'stream.m4s' | 'poster.jpg'): string => `units/${unitId}/${name}`;
export const pictureKey = (personId: string, pictureId: string): string => `pictures/${personId}/${pictureId}.bin`;
