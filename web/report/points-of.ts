// Answers of a lesson summed by knowledge point.
import type { LessonQuizzes } from '#contracts/report.ts';
import { byKnowledgePoint, type PointFigures } from '#domain/knowledge.ts';

export const pointsOf = ({ questions }: Pick<LessonQuizzes, 'questions'>): PointFigures[] => byKnowledgePoint(questions.map(
  ({ knowledgePoint, askedCount: asked, answeredCount: answered, correctCount: correct }) => ({ knowledgePoint, asked, answered, correct })));
