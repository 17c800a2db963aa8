// How a class knows its subject: answers summed by knowledge point (R27).

export interface PointQuestion { knowledgePoint: string; asked: number; answered: number; correct: number }
/** `asked`, `answered` and `correct` count people, over all `questions` of the point. */
export interface PointFigures { point: string; questions: number; asked: number; answered: number; correct: number }

/** In the order in which points were first asked; what has none comes last, under an empty name. Nothing where no question has one. Every asking counts, as in the accuracy of a learner. */
export function byKnowledgePoint(questions: readonly PointQuestion[]): PointFigures[] {
  const points = new Map<string, PointFigures>();
  for (const { knowledgePoint: point, asked, answered, correct } of questions) {
    const sum = points.get(point) ?? { point, questions: 0, asked: 0, answered: 0, correct: 0 };
    points.set(point, { point, questions: sum.questions + 1, asked: sum.asked + asked, answered: sum.answered + answered, correct: sum.correct + correct });
  }
  const named = [...points.values()].filter(({ point }) => point !== '');
  const unnamed = points.get('');
  return named.length > 0 && unnamed ? [...named, unnamed] : named;
}
