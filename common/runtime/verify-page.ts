// Where the page lies that verifies evidence without a network; made by `npm run generate`.
import { fileURLToPath } from 'node:url';

export const verifyPagePath = fileURLToPath(new URL('../verify-page/verify.html', import.meta.url));
