// Every setting of every process, in one table: read once in a main.ts, printed into .env.example and the README.
import Type, { type Static, type TSchema } from 'typebox';

interface Setting { schema: TSchema; default?: string; about: string }
const port = Type.Integer({ minimum: 1, maximum: 65535 });
const text = Type.String({ minLength: 1 });

/** A value from the environment is text; numbers and switches (`true`/`false`) are read from it by their schema. */
export const settings = {
  PUBLIC_HOST: { schema: text, default: 'localhost', about: 'Name people open in the browser. Other than localhost: served over HTTPS.' },
  PORT: { schema: port, default: '3000', about: 'Port of the web app, the API and the sockets.' },
  TLS_CERT_FILE: { schema: text, about: 'Certificate (PEM) for HTTPS; without it a self-signed one is made in DATA_DIR.' },
  TLS_KEY_FILE: { schema: text, about: 'Private key (PEM) of that certificate.' },
  DATA_DIR: { schema: text, default: './data', about: 'Where everything is kept: database, captures, units, pictures, keys.' },
  DATABASE_URL: { schema: text, about: 'PostgreSQL to use instead of the embedded one, as its owner: postgresql://owner:password@host:5432/keshi' },
  POSTGRES_PORT: { schema: port, default: '5433', about: 'Port of the embedded PostgreSQL (127.0.0.1 only).' },
  REDIS_URL: { schema: text, about: 'Redis for queues and for several signaling processes: redis://host:6379' },
  MEDIA_ANNOUNCED_ADDRESS: { schema: text, about: 'Address browsers send media to; default 127.0.0.1 and the first other address of this machine.' },
  MEDIA_PORT: { schema: port, default: '40000', about: 'First UDP/TCP port for media; each media worker takes one, counting up.' },
  MEDIA_WORKERS: { schema: Type.Integer({ minimum: 1, maximum: 256 }), about: 'Number of media workers; default one per core.' },
  MEDIASOUP_WORKER_BIN: { schema: text, about: 'Path of a mediasoup-worker binary; set by the set-up.' },
  SFU_CONTROL_PORT: { schema: port, default: '4400', about: 'Port on 127.0.0.1 where signaling reaches the sfu.' },
  SFU_SECRET: { schema: Type.String({ minLength: 16 }), about: 'Shared secret of signaling and sfu; drawn at every start when left out.' },
  NODE_ID: { schema: Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' }), default: 'sfu-1', about: 'Name of this sfu node in recordings.' },
  CAPTURE_COPY_DIR: { schema: text, about: 'Second copy of every sealed capture file; best another disk. Default DATA_DIR/capture-copy.' },
  RAW_CAPTURE_DAYS: { schema: Type.Integer({ minimum: 1, maximum: 3650 }), default: '30', about: 'Days raw captures and their copies are kept after all files of a recording are published.' },
  DISK_LOW_MB: { schema: Type.Integer({ minimum: 0 }), default: '4096', about: 'Free space below which teacher and operator are warned, in MB.' },
  FFMPEG_BIN: { schema: text, default: 'ffmpeg', about: 'Path of ffmpeg, with ffprobe in the same folder; set by the set-up.' },
  FACE_MODELS_DIR: { schema: text, about: 'Folder with the four ONNX files of the face engine; set by the set-up. Without it faces are not judged: verdict `review`.' },
  MASTER_KEY_FILE: { schema: text, about: 'File with 32 random bytes that wrap every learner key; default DATA_DIR/keys/master.key, made at first start.' },
  FACE_CHECKS_PER_UNIT: { schema: Type.Integer({ minimum: 0, maximum: 20 }), default: '2', about: 'Random face checks per learner and unit.' },
  FACE_CHECK_WINDOW_SECONDS: { schema: Type.Integer({ minimum: 5, maximum: 600 }), default: '60', about: 'Time a learner has to answer a face check.' },
  DEMO_SEED: { schema: Type.Boolean(), default: 'true', about: 'Fills an empty database with a demo institution, people and lessons.' },
  LOG_LEVEL: { schema: Type.Union(['error', 'warn', 'info', 'debug'].map((level) => Type.Literal(level))), default: 'info', about: 'error: someone must act; warn: handled oddity; info: steps; debug: everything.' },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;
type Value<K extends SettingName> = Static<(typeof settings)[K]['schema']>;
type HasDefault<K extends SettingName> = (typeof settings)[K] extends { default: string } ? true : false;
export type Config<K extends SettingName> = { [P in K]: HasDefault<P> extends true ? Value<P> : Value<P> | undefined };
