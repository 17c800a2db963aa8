// Reads settings from the environment: once, in a main.ts. A wrong one is a clear line, not a stack trace.
import Value from 'typebox/value';
import { settings, type Config, type SettingName } from './settings.ts';

/** Thrown at start when the environment is wrong; `lines` name variable, value and what would be right. */
export class ConfigError extends Error {
  readonly lines: string[];
  constructor(lines: string[]) {
    super(lines.join('\n'));
    this.name = 'ConfigError';
    this.lines = lines;
  }
}

function parse(raw: string): unknown[] {
  const candidates: unknown[] = [raw];
  if (/^-?\d+(\.\d+)?$/.test(raw)) candidates.push(Number(raw));
  if (raw === 'true' || raw === 'false') candidates.push(raw === 'true');
  return candidates;
}

/** The named settings with defaults filled in. An empty variable counts as not set. Throws ConfigError naming every wrong one. */
export function readConfig<K extends SettingName>(names: readonly K[], env: NodeJS.ProcessEnv): Config<K> {
  const wrong: string[] = [];
  const values: Partial<Record<SettingName, unknown>> = {};
  for (const name of names) {
    const setting = settings[name];
    const raw = env[name] || ('default' in setting ? setting.default : undefined);
    if (raw === undefined) continue;
    const value = parse(raw).find((candidate) => Value.Check(setting.schema, candidate));
    if (value === undefined) wrong.push(`${name}=${raw} is not valid: ${Value.Errors(setting.schema, parse(raw).at(-1))[0]?.message ?? 'wrong value'}. ${setting.about}`);
    else values[name] = value;
  }
  if (wrong.length > 0) throw new ConfigError(wrong);
  return values as Config<K>;
}
