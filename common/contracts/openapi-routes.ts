// The description of all routes, for programs and for the page that shows it.
export const openApiRoutes = {
  /** OpenAPI 3.1, with examples. */
  'GET /api/openapi.json': { by: 'anyone', reply: 'file' },
} as const;
