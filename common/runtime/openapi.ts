// Where the OpenAPI description of all routes lies; made by `npm run generate`.
import { fileURLToPath } from 'node:url';

export const openApiPath = fileURLToPath(new URL('../openapi/openapi.json', import.meta.url));
