// Which certificate the product serves HTTPS with: the given one, or a self-signed one kept in the data folder.
import { X509Certificate } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { ConfigError, readConfig } from '#runtime/config.ts';

export interface Tls { certFile: string; keyFile: string; selfSigned: boolean }

/** Browsers give camera and microphone to these without HTTPS. */
const secureByName = new Set(['localhost', '127.0.0.1', '[::1]']);
const yearMs = 365 * 86_400_000;
const monthMs = 30 * 86_400_000;

function given(certFile: string | undefined, keyFile: string | undefined): Tls | null {
  if (!certFile && !keyFile) return null;
  if (!certFile || !keyFile) throw new ConfigError(['TLS_CERT_FILE and TLS_KEY_FILE go together: set both or none.']);
  for (const [name, file] of [['TLS_CERT_FILE', certFile], ['TLS_KEY_FILE', keyFile]] as const) {
    try {
      accessSync(file, constants.R_OK);
    } catch {
      throw new ConfigError([`${name}=${file} cannot be read.`]);
    }
  }
  return { certFile, keyFile, selfSigned: false };
}

function stillGood(certFile: string, keyFile: string, now: Date): boolean {
  if (!existsSync(certFile) || !existsSync(keyFile)) return false;
  try {
    return new X509Certificate(readFileSync(certFile)).validToDate.getTime() - now.getTime() > monthMs;
  } catch {
    return false;
  }
}

async function selfSigned(host: string, dataDir: string, now: Date): Promise<Tls> {
  const name = join(dataDir, 'keys', `tls-${host.replaceAll(/[^A-Za-z0-9.-]/g, '_')}`);
  const [certFile, keyFile] = [`${name}.crt`, `${name}.key`];
  if (!stillGood(certFile, keyFile, now)) {
    const bare = host.replace(/^\[(.*)\]$/, '$1');
    const altNames = [isIP(bare) ? { type: 7 as const, ip: bare } : { type: 2 as const, value: bare }, { type: 2 as const, value: 'localhost' }];
    const { cert, private: key } = await generate([{ name: 'commonName', value: bare }], {
      keyType: 'ec', algorithm: 'sha256', notBeforeDate: new Date(now.getTime() - 86_400_000), notAfterDate: new Date(now.getTime() + yearMs),
      extensions: [
        { name: 'basicConstraints', cA: false }, { name: 'keyUsage', digitalSignature: true }, { name: 'extKeyUsage', serverAuth: true },
        { name: 'subjectAltName', altNames },
      ],
    });
    mkdirSync(join(dataDir, 'keys'), { recursive: true, mode: 0o700 });
    writeFileSync(keyFile, key, { mode: 0o600 });
    writeFileSync(certFile, cert);
  }
  return { certFile, keyFile, selfSigned: true };
}

/** Null: plain HTTP, which is only for this machine itself, or for a proxy in front that ends TLS. */
export async function findTls(env: NodeJS.ProcessEnv, dataDir: string, now: Date): Promise<Tls | null> {
  const { PUBLIC_HOST, TRUSTED_PROXIES, TLS_CERT_FILE, TLS_KEY_FILE } = readConfig(['PUBLIC_HOST', 'TRUSTED_PROXIES', 'TLS_CERT_FILE', 'TLS_KEY_FILE'], env);
  return given(TLS_CERT_FILE, TLS_KEY_FILE) ?? (TRUSTED_PROXIES || secureByName.has(PUBLIC_HOST) ? null : await selfSigned(PUBLIC_HOST, dataDir, now));
}
