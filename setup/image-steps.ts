// Reads a Dockerfile as far as ours uses the language: stages and their steps in order. What is not understood is refused, never skipped.
export type Step =
  | { kind: 'RUN'; command: string }
  | { kind: 'COPY'; from: string | null; sources: string[]; target: string }
  | { kind: 'ENV'; name: string; value: string }
  | { kind: 'WORKDIR'; path: string }
  | { kind: 'USER'; name: string }
  | { kind: 'VOLUME'; paths: string[] }
  | { kind: 'EXPOSE'; ports: string[] }
  | { kind: 'ENTRYPOINT'; words: string[] }
  | { kind: 'CMD'; words: string[] }
  | { kind: 'HEALTHCHECK'; words: string[]; flags: Record<string, string> };
export interface Stage { name: string; from: string; steps: Step[] }

/** Instructions with continued lines joined and comments taken out. */
function instructions(text: string): string[] {
  const whole: string[] = [];
  let open = '';
  for (const line of text.split('\n')) {
    if (/^\s*#/.test(line) || (open === '' && line.trim() === '')) continue;
    if (line.endsWith('\\')) open += `${line.slice(0, -1).trim()} `;
    else {
      whole.push(open + line.trim());
      open = '';
    }
  }
  if (open) throw new Error(`the last line goes on after the end: ${open}`);
  return whole;
}

function jsonWords(instruction: string, rest: string): string[] {
  if (!rest.startsWith('[')) throw new Error(`${instruction}: only the form with a list is understood, not: ${rest}`);
  return JSON.parse(rest) as string[];
}

function copyStep(rest: string): Step {
  const words = rest.split(/\s+/);
  const flags = words.filter((word) => word.startsWith('--'));
  const from = flags.find((flag) => flag.startsWith('--from='))?.slice('--from='.length) ?? null;
  if (flags.length > (from === null ? 0 : 1)) throw new Error(`COPY: a flag is not understood: ${rest}`);
  const paths = words.filter((word) => !word.startsWith('--'));
  if (paths.length < 2 || paths.some((path) => /[*?[]/.test(path))) throw new Error(`COPY: not understood: ${rest}`);
  return { kind: 'COPY', from, sources: paths.slice(0, -1), target: paths.at(-1)! };
}

function healthStep(rest: string): Step {
  const at = rest.indexOf('CMD ');
  if (at < 0) throw new Error(`HEALTHCHECK: not understood: ${rest}`);
  const flags = Object.fromEntries(rest.slice(0, at).trim().split(/\s+/).map((flag) => {
    const match = /^--([a-z-]+)=(\S+)$/.exec(flag);
    if (!match) throw new Error(`HEALTHCHECK: not understood: ${flag}`);
    return [match[1]!, match[2]!];
  }));
  return { kind: 'HEALTHCHECK', words: jsonWords('HEALTHCHECK', rest.slice(at + 4)), flags };
}

function readStep(instruction: string, rest: string): Step {
  switch (instruction) {
    case 'RUN':
      if (rest.startsWith('--') || rest.startsWith('[')) throw new Error(`RUN: only a shell command is understood: ${rest}`);
      return { kind: 'RUN', command: rest };
    case 'COPY': return copyStep(rest);
    case 'ENV': {
      const match = /^([A-Z_]+)=(\S+)$/.exec(rest);
      if (!match) throw new Error(`ENV: one NAME=value a line: ${rest}`);
      return { kind: 'ENV', name: match[1]!, value: match[2]! };
    }
    case 'WORKDIR': return { kind: 'WORKDIR', path: rest };
    case 'USER': return { kind: 'USER', name: rest };
    case 'VOLUME': return { kind: 'VOLUME', paths: rest.split(/\s+/) };
    case 'EXPOSE': return { kind: 'EXPOSE', ports: rest.split(/\s+/) };
    case 'ENTRYPOINT': case 'CMD': return { kind: instruction, words: jsonWords(instruction, rest) };
    case 'HEALTHCHECK': return healthStep(rest);
    default: throw new Error(`${instruction} is not understood: ${rest}`);
  }
}

/** Throws with the line that is not understood. The last stage is the image; one without a name is called `image`. */
export function readDockerfile(text: string): Stage[] {
  const stages: Stage[] = [];
  for (const line of instructions(text)) {
    const [, instruction = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (instruction === 'FROM') {
      const match = /^(\S+)(?: AS (\S+))?$/.exec(rest);
      if (!match) throw new Error(`FROM: not understood: ${rest}`);
      stages.push({ from: match[1]!, name: match[2] ?? 'image', steps: [] });
    } else {
      const stage = stages.at(-1);
      if (!stage) throw new Error(`before the first FROM: ${line}`);
      stage.steps.push(readStep(instruction, rest));
    }
  }
  return stages;
}

/** Which paths of the checkout an image may take, by .dockerignore: the last pattern that fits decides. Understands names, `**` at the start, and `!`. */
export function readDockerignore(text: string): (path: string) => boolean {
  const rules = text.split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#')).map((line) => {
    const takes = line.startsWith('!');
    const pattern = takes ? line.slice(1) : line;
    const body = pattern.replace(/^\*\*\//, '');
    if (/[?[\]]|\*\*/.test(body)) throw new Error(`.dockerignore: not understood: ${line}`);
    const escaped = body.replace(/[.+^${}()|\\]/g, '\\$&').replaceAll('*', '[^/]*');
    return { takes, fits: new RegExp(`^${pattern === body ? '' : '(?:.*/)?'}${escaped}(?:/|$)`) };
  });
  return (path) => rules.reduce((taken, rule) => (rule.fits.test(path) ? rule.takes : taken), true);
}
