// What browsers may do with our pages: our own scripts only, camera, microphone and screen for ourselves only.
import helmet from '@fastify/helmet';
import { fastify, type FastifyInstance } from 'fastify';

export interface HeaderOptions {
  publicHost: string; secure: boolean;
  /** Where signed links to files lead; null where files come from us. */
  storeOrigin: string | null;
}

/**
 * Styles may be inline because the component library and the charts set them; scripts may not. WebAssembly (the face detector before a picture is taken) may be
 * compiled, text may not be run. hls.js runs its demuxer in a blob worker.
 */
const contentPolicy = ({ publicHost, secure, storeOrigin }: HeaderOptions) => ({
  useDefaults: false,
  directives: {
    defaultSrc: ["'self'"], scriptSrc: ["'self'", "'wasm-unsafe-eval'"], scriptSrcAttr: ["'none'"], styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'blob:', 'data:', ...(storeOrigin ? [storeOrigin] : [])],
    mediaSrc: ["'self'", 'blob:', 'mediastream:', ...(storeOrigin ? [storeOrigin] : [])], fontSrc: ["'self'", 'data:'],
    // Some browsers do not count their own host's WebSocket as 'self'.
    connectSrc: ["'self'", `${secure ? 'wss' : 'ws'}://${publicHost}:*`], workerSrc: ["'self'", 'blob:'],
    objectSrc: ["'none'"], baseUri: ["'self'"], formAction: ["'self'"], frameAncestors: ["'none'"],
  },
});

const ofEveryAnswer = ['content-type', 'content-length', 'date', 'connection', 'keep-alive'];

/** Asked once of an app that answers nothing else: they are the same for every answer, and making them anew cost more than many an answer. */
async function helmetHeaders(options: HeaderOptions): Promise<Record<string, string>> {
  const app = fastify();
  await app.register(helmet, {
    contentSecurityPolicy: contentPolicy(options),
    crossOriginEmbedderPolicy: false,
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: options.secure ? { maxAge: 180 * 86_400, includeSubDomains: false } : false,
    frameguard: { action: 'deny' },
  });
  app.get('/', () => '');
  const { headers } = await app.inject('/').finally(() => app.close());
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ofEveryAnswer.includes(name)).map(([name, value]) => [name, String(value)]));
}

export async function sendSecurityHeaders(app: FastifyInstance, options: HeaderOptions): Promise<void> {
  const own = ['camera', 'microphone', 'display-capture', 'autoplay', 'fullscreen', 'picture-in-picture', 'screen-wake-lock'];
  const policy = [...own.map((feature) => `${feature}=(self)`), 'geolocation=()', 'payment=()', 'usb=()'].join(', ');
  const headers = { ...await helmetHeaders(options), 'permissions-policy': policy };
  app.addHook('onRequest', (_request, reply, done) => {
    void reply.headers(headers);
    done();
  });
}
