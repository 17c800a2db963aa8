// The one i18n instance. Chinese is in the first load; English comes when asked for. One file per feature: zh/lesson.ts is `lesson.*`.
import { createI18n } from 'vue-i18n';
import { zh } from './zh.ts';

export const locales = ['zh', 'en'] as const;
export type Locale = (typeof locales)[number];
export const languageNames: Record<Locale, string> = { zh: '中文', en: 'English' };

const storageKey = 'keshi.locale';
const htmlLanguage: Record<Locale, string> = { zh: 'zh-CN', en: 'en' };
const isLocale = (value: unknown): value is Locale => (locales as readonly unknown[]).includes(value);

export const i18n = createI18n({ legacy: false, locale: 'zh', fallbackLocale: 'zh', messages: { zh } as Record<string, typeof zh>, missingWarn: import.meta.env.DEV, fallbackWarn: false });

/** The language in use; reactive inside a computed or a template. */
export const currentLocale = (): Locale => {
  const value: unknown = i18n.global.locale.value;
  return isLocale(value) ? value : 'zh';
};

/** Loads the texts when needed, then switches page, `lang` and the remembered choice. */
export async function useLanguage(locale: Locale): Promise<void> {
  if (!i18n.global.availableLocales.includes(locale)) {
    const { en } = await import('./en.ts');
    i18n.global.setLocaleMessage(locale, en);
  }
  i18n.global.locale.value = locale;
  document.documentElement.lang = htmlLanguage[locale];
  try { localStorage.setItem(storageKey, locale); } catch { /* Storage may be forbidden: the choice then lasts as long as the page. */ }
}

/** The choice remembered on this device; Chinese where there is none. */
export function rememberedLocale(): Locale {
  try {
    const kept = localStorage.getItem(storageKey);
    return isLocale(kept) ? kept : 'zh';
  } catch {
    return 'zh';
  }
}
