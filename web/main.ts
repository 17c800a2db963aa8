// Starts the web app: store, texts, routes, page.
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './App.vue';
import { i18n, rememberedLocale, useLanguage } from './i18n/i18n.ts';
import { createPages } from './router.ts';
import { useSession } from './session.ts';
import './style/tokens.css';
import './style/base.css';
import './style/controls.css';

const pinia = createPinia();
const app = createApp(App).use(pinia).use(i18n);
// After an update the server no longer has the parts this page was built of: load the new page, but not twice in a row.
window.addEventListener('vite:preloadError', () => {
  const last = Number(sessionStorage.getItem('keshi.reloadedAt') ?? 0);
  if (!navigator.onLine || Date.now() - last < 60_000) return;
  sessionStorage.setItem('keshi.reloadedAt', String(Date.now()));
  location.reload();
});

await useLanguage(rememberedLocale());
app.use(createPages(useSession(pinia))).mount('#app');
