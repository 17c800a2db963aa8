// The fonts that are embedded in PDF files: Chinese and Latin, under the SIL Open Font License.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const files = { plain: '400Regular/NotoSansSC_400Regular', bold: '700Bold/NotoSansSC_700Bold' } as const;
export const fontBytes = (font: keyof typeof files): Buffer => readFileSync(require.resolve(`@expo-google-fonts/noto-sans-sc/${files[font]}.ttf`));
