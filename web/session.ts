// Who is logged in here: one store for the whole app.
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { MembershipRole } from '#domain/roles.ts';
import type { Me } from '#contracts/person.ts';
import { useLanguage, type Locale } from './i18n/i18n.ts';
import { sayPurpose } from './look-purpose.ts';
import { onUnauthenticated, rest, RestError } from './rest.ts';

export const useSession = defineStore('session', () => {
  /** Null: nobody; undefined: not asked yet. */
  const me = shallowRef<Me | null | undefined>(undefined);
  const roles = computed(() => new Set<MembershipRole>(me.value?.memberships.map((membership) => membership.role)));
  const maySchedule = computed(() => roles.value.has('institution') || roles.value.has('admin'));
  const mayReview = computed(() => (['institution', 'admin', 'teacher', 'regulator'] as const).some((role) => roles.value.has(role)));
  const mayKnowIncidents = computed(() => (['institution', 'admin', 'regulator'] as const).some((role) => roles.value.has(role)));
  /** Which banks, the server says. */
  const mayKeepQuestions = computed(() => (['institution', 'admin', 'teacher'] as const).some((role) => roles.value.has(role)));
  const [mayOversee, mayOperate] = [computed(() => roles.value.has('regulator')), computed(() => roles.value.has('admin'))];
  /** Counts how often the server forgot this login while the app was open. */
  const lost = ref(0);
  onUnauthenticated(() => {
    if (me.value) lost.value++;
    me.value = null;
  });
  watch(me, (now) => { if (now === null) sayPurpose(null); }, { flush: 'sync' });

  /** Asks once who is logged in. Throws RestError where the server cannot be reached. */
  async function known(): Promise<Me | null> {
    if (me.value !== undefined) return me.value;
    try {
      me.value = await rest('GET /api/me');
      await useLanguage(me.value.locale);
    } catch (error) {
      if (!(error instanceof RestError) || error.code !== 'unauthenticated') throw error;
      me.value = null;
    }
    return me.value;
  }

  async function logIn(login: string, password: string, code?: string): Promise<void> {
    me.value = await rest('POST /api/session', { body: { login, password, ...(code !== undefined && { code }) } });
    await useLanguage(me.value.locale);
  }

  async function logOut(): Promise<void> {
    await rest('DELETE /api/session');
    me.value = null;
  }

  async function chooseLanguage(locale: Locale): Promise<void> {
    await useLanguage(locale);
    if (!me.value) return;
    me.value = { ...me.value, locale };
    await rest('PUT /api/me/locale', { body: { locale } });
  }

  return { me, lost, roles, maySchedule, mayReview, mayKnowIncidents, mayKeepQuestions, mayOversee, mayOperate, known, logIn, logOut, chooseLanguage };
});
