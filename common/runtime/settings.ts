// Every setting of every process, in one table: read once in a main.ts, printed into .env.example and the README.
import Type, { type Static, type TSchema } from 'typebox';
import { OneOf } from '#contracts/shapes.ts';
import { groupRecordings } from '#domain/breakout.ts';

interface Setting { schema: TSchema; default?: string; about: string }
const port = Type.Integer({ minimum: 1, maximum: 65535 });
const text = Type.String({ minLength: 1 });

/** A value from the environment is text; numbers and switches (`true`/`false`) are read from it by their schema. */
export const settings = {
  PUBLIC_HOST: { schema: text, default: 'localhost', about: 'Name people open in the browser. Other than localhost: served over HTTPS.' },
  PORT: { schema: port, default: '3000', about: 'Port of the web app, the API and the sockets.' },
  TLS_CERT_FILE: { schema: text, about: 'Certificate (PEM) for HTTPS; without it a self-signed one is made in DATA_DIR.' },
  TLS_KEY_FILE: { schema: text, about: 'Private key (PEM) of that certificate.' },
  TRUSTED_PROXIES: { schema: Type.String({ pattern: '^(loopback|linklocal|uniquelocal|[0-9a-fA-F.:]+(/\\d{1,3})?)(,(loopback|linklocal|uniquelocal|[0-9a-fA-F.:]+(/\\d{1,3})?))*$' }), about: 'Proxies in front that end TLS and name the client: addresses, networks, loopback or uniquelocal, comma separated. Only with this may signaling speak HTTP for another name than localhost.' },
  DATA_DIR: { schema: text, default: './data', about: 'Where everything is kept: database, captures, units, pictures, keys.' },
  DATABASE_URL: { schema: text, about: 'PostgreSQL to use instead of the embedded one, as its owner: postgresql://owner:password@host:5432/keshi' },
  POSTGRES_PORT: { schema: port, default: '5433', about: 'Port of the embedded PostgreSQL (127.0.0.1 only).' },
  REDIS_URL: { schema: text, about: 'Redis for queues and for several signaling processes: redis://host:6379' },
  MEDIA_ANNOUNCED_ADDRESS: { schema: text, about: 'Address browsers send media to; default 127.0.0.1 and the first other address of this machine.' },
  MEDIA_PORT: { schema: port, default: '40000', about: 'First UDP/TCP port for media; each media worker takes one, counting up.' },
  MEDIA_WORKERS: { schema: Type.Integer({ minimum: 1, maximum: 256 }), about: 'Number of media workers; default one per core.' },
  MEDIASOUP_WORKER_BIN: { schema: text, about: 'Path of a mediasoup-worker binary; set by the set-up.' },
  MEDIA_VIEWER_STREAMS: { schema: Type.Integer({ minimum: 1 }), default: '900', about: 'Streams one media worker sends to viewers at most, the last 4 % kept for staff; a node whose workers are all there refuses with `media_full`.' },
  MEDIA_EGRESS_MBPS: { schema: Type.Integer({ minimum: 0 }), default: '0', about: 'What a node may send to viewers in all, in Mbit/s; 0 is no limit.' },
  MEDIA_PIPE_ADDRESS: { schema: text, about: 'Address other sfu nodes send media to; default the announced address.' },
  MEDIA_PIPE_PORTS: { schema: Type.String({ pattern: '^\\d{4,5}-\\d{4,5}$' }), default: '41000-41999', about: 'UDP ports for media between sfu nodes.' },
  INTERNAL_HOST: { schema: text, default: '127.0.0.1', about: 'Address on which the internal ports listen (control of the sfu, metrics, registration): never one the public reaches.' },
  SFU_CONTROL_PORT: { schema: port, default: '4400', about: 'Internal port where signaling and other nodes reach the sfu; metrics too.' },
  SFU_CONTROL_URL: { schema: text, about: 'Where signaling and other nodes reach this sfu; default http://127.0.0.1:SFU_CONTROL_PORT.' },
  SIGNALING_INTERNAL_PORT: { schema: port, default: '4401', about: 'Internal port of signaling: sfu nodes register there; metrics too.' },
  SIGNALING_INTERNAL_URL: { schema: text, about: 'Where an sfu registers; default http://127.0.0.1:SIGNALING_INTERNAL_PORT.' },
  WORKER_INTERNAL_PORT: { schema: port, default: '4402', about: 'Internal port of the worker: metrics.' },
  ADMISSION_PER_SECOND: { schema: Type.Integer({ minimum: 1, maximum: 10_000 }), default: '150', about: 'People one signaling process lets into lessons per second; the rest see their place in the queue.' },
  LIVE_STREAMS: { schema: Type.Integer({ minimum: 0, maximum: 64 }), default: '1', about: 'Delayed broadcasts (HLS) one worker composes at a time; 0 is none.' },
  S3_ENDPOINT: { schema: text, about: 'Object store instead of DATA_DIR/files, such as https://s3.example.org; needs S3_BUCKET and the two keys.' },
  S3_PUBLIC_ENDPOINT: { schema: text, about: 'The object store as browsers reach it, for signed links; without it files pass through signaling.' },
  S3_REGION: { schema: text, default: 'us-east-1', about: 'Region of the object store.' },
  S3_BUCKET: { schema: text, about: 'Bucket for recordings, units and uploads.' },
  S3_ACCESS_KEY_ID: { schema: text, about: 'Key of the object store.' },
  S3_SECRET_ACCESS_KEY: { schema: text, about: 'Secret of that key.' },
  TURN_URLS: { schema: text, about: 'TURN servers for networks that block media ports, comma separated: turns:turn.example.org:443?transport=tcp' },
  TURN_SECRET: { schema: Type.String({ minLength: 16 }), about: 'Secret shared with the TURN server (coturn: static-auth-secret); credentials of one hour are made from it.' },
  SFU_SECRET: { schema: Type.String({ minLength: 16 }), about: 'Shared secret of signaling and sfu; drawn at every start when left out.' },
  NODE_ID: { schema: Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' }), default: 'sfu-1', about: 'Name of this sfu node in recordings.' },
  CAPTURE_COPY_DIR: { schema: text, about: 'Second copy of every sealed capture file; best another disk. Default DATA_DIR/capture-copy. An object store (S3_*) takes it instead.' },
  RAW_CAPTURE_DAYS: { schema: Type.Integer({ minimum: 1, maximum: 3650 }), default: '30', about: 'Days raw captures and their copies are kept after all files of a recording are published.' },
  DISK_LOW_MB: { schema: Type.Integer({ minimum: 0 }), default: '4096', about: 'Free space below which teacher and operator are warned, in MB.' },
  FFMPEG_BIN: { schema: text, default: 'ffmpeg', about: 'Path of ffmpeg, with ffprobe in the same folder; set by the set-up.' },
  COURSEWARE_MAX_MB: { schema: Type.Integer({ minimum: 1, maximum: 1024 }), default: '200', about: 'Size of one courseware file at most, in MB; larger ones are refused before they are sent.' },
  FILM_MAX_MB: { schema: Type.Integer({ minimum: 1, maximum: 50_000 }), default: '5000', about: 'Size of one uploaded film at most, in MB; larger ones are refused before they are sent.' },
  FILM_UPLOAD_DAYS: { schema: Type.Integer({ minimum: 1, maximum: 3650 }), default: '30', about: 'Days an uploaded film is kept as it came after a person has published or refused what was made of it.' },
  PDFTOPPM_BIN: { schema: text, default: 'pdftoppm', about: 'Path of pdftoppm (Poppler), with pdfinfo in the same folder; set by the set-up. Without it and qpdf only pictures are taken as courseware.' },
  QPDF_BIN: { schema: text, default: 'qpdf', about: 'Path of qpdf; set by the set-up.' },
  SOFFICE_BIN: { schema: text, default: 'soffice', about: 'Path of LibreOffice. Where it is not installed, Office files are refused as courseware with the advice to save them as PDF.' },
  FACE_MODELS_DIR: { schema: text, about: 'Folder with the four ONNX files of the face engine; set by the set-up. Without it faces are not judged: verdict `review`, and browsers do not guide while pictures are taken.' },
  FACE_THREADS: { schema: Type.Integer({ minimum: 1, maximum: 256 }), about: 'Threads in which one worker judges faces, each with an engine of its own (some 130 MB); default one per core, at most 8.' },
  MASTER_KEY_FILE: { schema: text, about: 'File with 32 random bytes that wrap every learner key; default DATA_DIR/keys/master.key, made at first start.' },
  MASTER_KEY: { schema: text, about: 'The same 32 bytes in base64 or hex, instead of the file.' },
  MASTER_KEY_NEXT: { schema: text, about: 'Only for `npm run keys -- rotate` with MASTER_KEY: the key that takes its place.' },
  PHONE_PROVIDER: { schema: Type.Union([Type.Literal('log'), Type.Literal('http')]), default: 'log', about: 'Who sends one-time codes and invitations to phones: `http` is a gateway of your own (PHONE_PROVIDER_URL); `log` writes them into the log, for the demo only: it does not start with DEMO_SEED=false.' },
  PHONE_PROVIDER_URL: { schema: Type.String({ pattern: '^https?://' }), about: 'Gateway that gets each code (phone, code, purpose, locale) and each invitation (phone, purpose, link, institution, locale) as signed JSON by POST and sends it.' },
  PHONE_PROVIDER_SECRET: { schema: Type.String({ minLength: 16 }), about: 'Secret shared with that gateway: messages are signed with it (HMAC-SHA256).' },
  AUTHORITY_URL: { schema: Type.String({ pattern: '^https?://' }), about: 'Authority that is asked by POST whether name and document belong together; without it records say `not_asked`.' },
  AUTHORITY_SECRET: { schema: Type.String({ minLength: 16 }), about: 'Secret shared with that authority: questions are signed with it (HMAC-SHA256).' },
  FACE_CHECKS_PER_UNIT: { schema: Type.Integer({ minimum: 0, maximum: 20 }), about: 'Random face checks per learner and unit, instead of what the rule pack says.' },
  FACE_CHECK_WINDOW_SECONDS: { schema: Type.Integer({ minimum: 5, maximum: 600 }), about: 'Time a learner has to answer a face check, instead of what the rule pack says.' },
  OTHER_WAY_WINDOW_SECONDS: { schema: Type.Integer({ minimum: 5, maximum: 600 }), about: 'Time for a check on the other way (phone code and look), instead of what the rule pack says.' },
  IDLE_ASK_SECONDS: { schema: Type.Integer({ minimum: 10, maximum: 3600 }), about: 'For trials: after so long without a touch a learner is asked whether they are there, instead of what the rule pack says; where it never asks, nobody is asked.' },
  IDLE_ANSWER_SECONDS: { schema: Type.Integer({ minimum: 5, maximum: 600 }), about: 'For trials: time to answer that, instead of what the rule pack says.' },
  QUESTION_IMPORT_MAX_MB: { schema: Type.Integer({ minimum: 1, maximum: 50 }), default: '10', about: 'Largest table of questions (XLSX) an import takes, in MB.' },
  ROSTER_IMPORT_MAX_MB: { schema: Type.Integer({ minimum: 1, maximum: 50 }), default: '10', about: 'Largest table of learners (XLSX) an import takes, in MB.' },
  ROSTER_IMPORT_MAX_ROWS: { schema: Type.Integer({ minimum: 1, maximum: 50_000 }), default: '10000', about: 'Most learners in one such table.' },
  GROUP_RECORDING: { schema: OneOf(groupRecordings), default: 'ask', about: 'Whether breakout groups of a recorded lesson are recorded: `ask` lets the teacher choose each time (yes unless switched off), `always`, `never`.' },
  REFUSED_WORDS_FILE: { schema: text, about: 'Words that nobody may write in chat, private messages and questions: a UTF-8 file, one a line, `#` begins a comment. Read again within ten seconds of a change. Without it nothing is refused.' },
  HELP_HOTLINE: { schema: Type.String({ pattern: '^[\\d+() -]{5,30}$' }), about: 'Phone of the technical support of this platform (R67), shown on the login and help pages and in class.' },
  HELP_HOTLINE_HOURS: { schema: Type.String({ minLength: 1, maxLength: 100 }), about: 'When somebody answers it, in words.' },
  HELP_URGENT_MINUTES: { schema: Type.Integer({ minimum: 1, maximum: 1440 }), default: '15', about: 'First answer to a report of somebody kept from a class or from logging in is due within so many minutes.' },
  HELP_NORMAL_MINUTES: { schema: Type.Integer({ minimum: 1, maximum: 20_160 }), default: '480', about: 'The same of every other report.' },
  DEMO_SEED: { schema: Type.Boolean(), default: 'true', about: 'Fills an empty database with a demo institution, people and lessons.' },
  LOG_LEVEL: { schema: Type.Union(['error', 'warn', 'info', 'debug'].map((level) => Type.Literal(level))), default: 'info', about: 'error: someone must act; warn: handled oddity; info: steps; debug: everything.' },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;
type Value<K extends SettingName> = Static<(typeof settings)[K]['schema']>;
type HasDefault<K extends SettingName> = (typeof settings)[K] extends { default: string } ? true : false;
export type Config<K extends SettingName> = { [P in K]: HasDefault<P> extends true ? Value<P> : Value<P> | undefined };
