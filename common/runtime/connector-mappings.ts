// The mapping files of this instance: those that came with the product, and those of its own folder; read again when asked, judged whole.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mappingFaults, type ConnectorMapping, type MappingFault } from '#domain/connector/mapping.ts';

export const connectorSettings = ['CONNECTOR_MAPPINGS_DIR', 'CONNECTOR_PRIVATE_ADDRESSES'] as const;
const builtIn = join(import.meta.dirname, '..', 'mappings');

/** A file that cannot be used, and why: faults of the form, or that it cannot be read (`unreadable`). */
export interface WrongMapping { file: string; faults: (MappingFault | { code: 'unreadable'; at: string })[] }
export interface Mappings { byName: ReadonlyMap<string, ConnectorMapping>; wrong: WrongMapping[] }

type Found = { mapping: ConnectorMapping } | { faults: WrongMapping['faults'] };
async function readMapping(path: string): Promise<Found> {
  let value: unknown;
  try {
    value = JSON.parse((await readFile(path, 'utf8')).replace(/^\uFEFF/, '')) as unknown;
  } catch (error) {
    return { faults: [error instanceof SyntaxError ? { code: 'mapping_not_json', at: error.message } : { code: 'unreadable', at: (error as Error).message }] };
  }
  const faults = mappingFaults(value);
  return faults.length > 0 ? { faults } : { mapping: value as ConnectorMapping };
}

async function filesOf(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith('.json')).toSorted().map((name) => join(folder, name));
}

/** All of them by name. One of the own folder goes before one that came with the product; two of one name in one folder are both refused. Throws nothing: what is wrong is told. */
export async function loadMappings(folder: string | undefined): Promise<Mappings> {
  const byName = new Map<string, ConnectorMapping>();
  const wrong: WrongMapping[] = [];
  for (const place of [builtIn, ...(folder ? [folder] : [])]) {
    const here = new Map<string, string>();
    const files = await filesOf(place).catch((error: Error) => { wrong.push({ file: place, faults: [{ code: 'unreadable', at: error.message }] }); return []; });
    for (const file of files) {
      const found = await readMapping(file);
      if ('faults' in found) {
        wrong.push({ file, faults: found.faults });
        continue;
      }
      const { name } = found.mapping;
      const twin = here.get(name);
      if (twin) wrong.push({ file, faults: [{ code: 'mapping_name_double', at: twin }] });
      else byName.set(name, found.mapping);
      here.set(name, file);
    }
  }
  return { byName, wrong };
}
