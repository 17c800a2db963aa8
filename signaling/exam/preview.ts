// A paper as learners get theirs, for whoever makes the exam: drawn by the same rules from a number instead of a sealed seed, and written nowhere.
import { createHash } from 'node:crypto';
import type { PaperPreview, RuleLack } from '#contracts/exam.ts';
import type { Exam } from '#db/entities/exam.ts';
import { requireExam } from '#db/queries/exam-access.ts';
import { drawPaper, paperItem, unwrittenItems } from '#db/queries/exam-papers.ts';
import { supplied } from '#db/queries/exam-supply.ts';
import { examDetail } from '#db/queries/exam-views.ts';
import { seededRandom } from '#runtime/seeded-random.ts';
import type { Deps } from '../deps.ts';

type Detail = Awaited<ReturnType<typeof examDetail>>;
const lacksOf = ({ parts, supply, courses }: Pick<Detail, 'parts' | 'supply' | 'courses'>): RuleLack[] => parts.flatMap((part, index) => {
  const { fitting, short } = supply[index]!;
  return short === 0 ? [] : [{ ordinal: index + 1, courseTitle: courses.find(({ courseId }) => courseId === part.courseId)?.title ?? '', part, fitting, short }];
});

/** No attempt has such a seed: theirs are random. */
const seedOf = ({ id }: Exam, draw: number): string => createHash('sha256').update(`preview ${id} ${draw}`).digest('hex');

/** Throws not_found. */
export async function previewPaper({ orm, now }: Deps, personId: string, examId: string, draw: number): Promise<PaperPreview> {
  const em = orm.em.fork();
  const exam = await requireExam(em, personId, examId, 'manage');
  const detail = await examDetail(em, personId, exam, now());
  const items = await unwrittenItems(em, exam, await drawPaper(em, exam, await supplied(em, exam), seededRandom(seedOf(exam, draw), 'paper')));
  const { title, phase, durationMinutes, questionCount, maxPoints, shuffleQuestions, shuffleOptions, problems } = detail;
  return {
    examId, title, phase, draw, durationMinutes, questionCount, maxPoints, shuffleQuestions, shuffleOptions, lacks: lacksOf(detail), problems,
    items: items.map((item) => ({ ...paperItem(item), pictureId: item.pictureId })),
  };
}
