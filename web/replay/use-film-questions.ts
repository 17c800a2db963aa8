// Which question of a film is due: one that is passed, or the one in the way of making up.
import { onBeforeUnmount, onMounted, watch, type ShallowRef } from 'vue';
import type { FilmQuestions } from '#contracts/film-question.ts';
import { useLoaded } from '../loaded.ts';
import { rest } from '../rest.ts';
import { FilmAsking } from './FilmAsking.ts';
import type { FilmPlayer } from './FilmPlayer.ts';
import { browserFilmAnswers } from './kept-film-answers.ts';

/** A step of the position longer than this was a jump: what lies under it was not passed. */
const passedMs = 2500;
/** The first open question between two positions of a film that plays. */
export function passedBetween(questions: FilmQuestions['questions'], fromMs: number, toMs: number): string | null {
  if (toMs <= fromMs || toMs - fromMs > passedMs) return null;
  return questions.find(({ atMs, stand }) => stand === 'open' && atMs > fromMs && atMs <= toMs)?.questionId ?? null;
}

export function useFilmQuestions(film: ShallowRef<FilmPlayer | null>, replayId: string, { learner, makesUp }: { learner: boolean; makesUp: boolean }): FilmAsking {
  const { data: list, reload } = useLoaded(() => (learner ? rest('GET /api/replays/:replayId/questions', { params: { replayId } }) : Promise.resolve(null)));
  const asking = new FilmAsking({ film: () => film.value, kept: browserFilmAnswers(), makesUp, changed: reload });
  const sendKept = (): Promise<void> => asking.sendKept();
  const online = (): void => { void sendKept(); };

  watch(() => film.value?.state.positionMs ?? 0, (now, before) => {
    if (makesUp || !list.value || asking.shown.value || !film.value?.state.playing) return;
    const due = passedBetween(list.value.questions, before, now);
    if (due) void asking.put(due);
  });
  // With each word of the server while it stands still.
  watch(() => [film.value?.state.makeUp, film.value?.state.held] as const, ([state, held]) => {
    if (makesUp && held && state?.stand === 'watching' && state.question && !asking.shown.value && !asking.failure.value) void asking.put(state.question.questionId);
  });
  // The viewing is over, here or because of another device: what was given is kept.
  watch(() => film.value?.state.asking || film.value?.state.held, (stands) => { if (!stands && asking.shown.value) asking.clear(); });
  watch(film, (player) => { if (player) player.beforeBeat = sendKept; });
  onMounted(() => {
    window.addEventListener('online', online);
    if (learner) void sendKept();
  });
  onBeforeUnmount(() => window.removeEventListener('online', online));
  return asking;
}
