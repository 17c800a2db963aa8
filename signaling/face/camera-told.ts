// What a browser tells of the camera a snapshot comes from: read, judged by the list of known programs, and forgotten but for that.
import { CameraTold } from '#contracts/check.ts';
import type { CameraFacts } from '#db/queries/snapshot-prints.ts';
import { knownCamera } from '#domain/cameras.ts';
import { DomainError } from '#domain/errors.ts';
import { sentChecker } from '#runtime/answer.ts';
import type { Deps } from '../deps.ts';

const check = sentChecker(CameraTold);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new DomainError('bad_request', 'what is told of the camera is no JSON');
  }
}

/** Null where nothing was told. Throws bad_request for what is not as the contract says. */
export function readCamera({ config }: Pick<Deps, 'config'>, text: string | undefined): CameraFacts | null {
  if (text === undefined) return null;
  const { label, device, width, height, facing } = check(parsed(text));
  const known = knownCamera(label);
  return { camera: known?.camera ?? null, strength: known?.strength ?? 0, device, width, height, facing, trial: config.PUBLIC_HOST === 'localhost' };
}
