// Whether tests may mount file systems of their own, to try disks that are really full, read-only or frozen.
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Null where they may: it needs the machine's owner and a kernel that lets it. Else the reason, printed too, since what needs it is skipped. */
export function whyNoMount(): string | null {
  const probe = join(tmpdir(), `mount-${process.pid}`);
  const tried = `mkdir -p ${probe} && mount -t tmpfs -o size=64k tmpfs ${probe} && umount ${probe}; status=$?; rmdir ${probe}; exit $status`;
  if (spawnSync('sh', ['-c', tried], { stdio: 'ignore' }).status === 0) return null;
  const reason = 'no file system can be mounted here';
  console.log(`some tests are skipped: ${reason}`);
  return reason;
}
