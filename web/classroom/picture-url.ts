// Where the picture of a question in class is fetched from.
import { restUrl } from '../rest.ts';

export const pictureUrl = (lessonId: string, pictureId: string | null): string | null =>
  pictureId && restUrl('GET /api/lessons/:lessonId/question-pictures/:pictureId', { params: { lessonId, pictureId } });
