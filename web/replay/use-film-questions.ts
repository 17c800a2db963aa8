// Questions over a film: which one is due, putting it to this viewing, its answer and what became of it.
import { onBeforeUnmount, onMounted, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import type { FilmQuestions, FilmResult, ShownQuestion } from '#contracts/film-question.ts';
import type { QuestionAnswer } from '#domain/question.ts';
import { serverNow } from '../clock.ts';
import { useLoaded } from '../loaded.ts';
import { rest, RestError, type RestErrorCode } from '../rest.ts';
import type { FilmPlayer } from './FilmPlayer.ts';
import { browserFilmAnswers, type KeptFilmAnswer } from './kept-film-answers.ts';

/** A step of the position longer than this was a jump: what lies under it was not passed. */
const passedMs = 2500;
/** The first open question between two positions of a film that plays. */
export function passedBetween(questions: FilmQuestions['questions'], fromMs: number, toMs: number): string | null {
  if (toMs <= fromMs || toMs - fromMs > passedMs) return null;
  return questions.find(({ atMs, stand }) => stand === 'open' && atMs > fromMs && atMs <= toMs)?.questionId ?? null;
}

export interface AskedInFilm {
  shown: Readonly<ShallowRef<ShownQuestion | null>>;
  result: Readonly<ShallowRef<FilmResult | null>>;
  /** Given on this device, not acknowledged yet. */
  waiting: Readonly<Ref<boolean>>; busy: Readonly<Ref<boolean>>;
  /** Why it could not be shown, or why the answer was not taken. */
  failure: Readonly<Ref<RestErrorCode | null>>;
  answer(given: QuestionAnswer): Promise<void>;
  /** Shown anew, with its time. */
  again(): Promise<void>;
  /** Away with it, answered or (where it may be skipped) not. */
  close(): void;
}

export function useFilmQuestions(film: ShallowRef<FilmPlayer | null>, replayId: string, { learner, makesUp }: { learner: boolean; makesUp: boolean }): AskedInFilm {
  const kept = browserFilmAnswers();
  const { data: list, reload } = useLoaded(() => (learner ? rest('GET /api/replays/:replayId/questions', { params: { replayId } }) : Promise.resolve(null)));
  const shown = shallowRef<ShownQuestion | null>(null);
  const result = shallowRef<FilmResult | null>(null);
  const [waiting, busy, failure] = [ref(false), ref(false), ref<RestErrorCode | null>(null)];
  let asked: string | null = null;

  async function put(questionId: string): Promise<void> {
    const viewingId = film.value?.viewingId;
    if (!viewingId || busy.value) return;
    asked = questionId;
    busy.value = true;
    try {
      await film.value?.hold();
      shown.value = await rest('POST /api/viewings/:viewingId/questions/:questionId/showing', { params: { viewingId, questionId } });
      result.value = shown.value.result;
      failure.value = null;
    } catch (error) {
      if (!(error instanceof RestError)) throw error;
      // Where it may be skipped the film simply goes on; where it is in the way the film goes back a little, or the learner is told.
      if (!makesUp || error.code === 'question_not_reached') film.value?.release();
      else failure.value = error.code;
    } finally {
      busy.value = false;
    }
  }

  async function send(answer: KeptFilmAnswer): Promise<void> {
    const mine = (): boolean => shown.value?.questionId === answer.questionId;
    if (mine()) waiting.value = true;
    const sent = await kept.give(answer);
    if (!mine() || sent.became === 'waits') return;
    waiting.value = false;
    if (sent.became === 'taken') result.value = sent.result;
    // Answered elsewhere before: that answer stands, and is shown.
    else if (sent.code === 'answer_differs') await put(answer.questionId);
    else failure.value = sent.code;
    await reload();
  }
  const sendKept = async (): Promise<void> => { await Promise.all(kept.all().map(send)); };
  const online = (): void => { void sendKept(); };

  async function answer(given: QuestionAnswer): Promise<void> {
    const viewingId = film.value?.viewingId;
    if (!shown.value || !viewingId || waiting.value) return;
    failure.value = null;
    await send({ viewingId, questionId: shown.value.questionId, body: { ...('text' in given ? { text: given.text } : { choices: [...given.choices] }), chosenAt: new Date(serverNow()).toISOString() } });
  }

  function clear(): void {
    shown.value = null;
    result.value = null;
    failure.value = null;
    waiting.value = false;
  }
  function close(): void {
    clear();
    film.value?.release();
  }

  watch(() => film.value?.state.positionMs ?? 0, (now, before) => {
    if (makesUp || !list.value || shown.value || !film.value?.state.playing) return;
    const due = passedBetween(list.value.questions, before, now);
    if (due) void put(due);
  });
  // With each word of the server while it stands still.
  watch(() => [film.value?.state.makeUp, film.value?.state.held] as const, ([state, held]) => {
    if (makesUp && held && state?.stand === 'watching' && state.question && !shown.value && !failure.value) void put(state.question.questionId);
  });
  // The viewing is over, here or because of another device: what was given is kept.
  watch(() => film.value?.state.asking || film.value?.state.held, (stands) => { if (!stands && shown.value) clear(); });
  watch(film, (player) => { if (player) player.beforeBeat = sendKept; });
  onMounted(() => {
    window.addEventListener('online', online);
    if (learner) void sendKept();
  });
  onBeforeUnmount(() => window.removeEventListener('online', online));
  return { shown, result, waiting, busy, failure, answer, close, again: async () => { failure.value = null; if (asked) await put(asked); } };
}
