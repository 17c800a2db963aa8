// Builds the address of a REST route from its name in the contract, its parameters and its query.

type Scalar = string | number | boolean;

/** `GET /api/lessons/:lessonId` and `{ lessonId }` give method and address; a missing parameter is a programmer's error. */
export function routeAddress(route: string, params: Record<string, Scalar> = {}, query: Record<string, Scalar | undefined> = {}): { method: string; address: string } {
  const space = route.indexOf(' ');
  const method = route.slice(0, space);
  const path = route.slice(space + 1).replace(/:([A-Za-z]\w*)/g, (_match, name: string) => {
    const value = params[name];
    if (value === undefined || value === '') throw new TypeError(`${route}: parameter ${name} is missing`);
    return encodeURIComponent(String(value));
  });
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  const text = search.toString();
  return { method, address: text ? `${path}?${text}` : path };
}
