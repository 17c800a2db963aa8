// Notices of whoever is logged in: asked now and then while the page is looked at, for the bell and for the list.
import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { Notices } from '#contracts/timetable.ts';
import { rest, RestError } from '../rest.ts';

export const useNotices = defineStore('notices', () => {
  const told = shallowRef<Notices | null>(null);
  const unread = computed(() => told.value?.unread ?? 0);

  /** A bell that cannot be asked stays as it is; the page itself says when the server is gone. */
  async function look(): Promise<void> {
    try {
      told.value = await rest('GET /api/notices');
    } catch (error) {
      if (!(error instanceof RestError)) throw error;
    }
  }
  /** Throws RestError. */
  async function read(): Promise<void> { told.value = await rest('POST /api/notices/reading', { body: {} }); }
  return { told, unread, look, read, forget: () => { told.value = null; } };
});
