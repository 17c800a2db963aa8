// The process that keeps backups up to date while the product runs, started by `npm start`; the same as `npm run backup -- keep`.
import { runBackup } from '../backup.ts';

await runBackup(['keep'], process.env, (line) => process.stdout.write(`${line}\n`));
