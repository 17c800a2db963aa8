// The bucket is made once at first start; a key that may not, and a store that is not there, are clear lines.
import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '#runtime/free-port.ts';
import { objectStoreThere, startObjectStore, strangerKey, type ObjectStoreServer } from '#testing/object-store.ts';
import { ensureBucket } from './migrate-role.ts';

let store: ObjectStoreServer;
const said: string[] = [];
const say = (line: string): void => { said.push(line); };

describe.skipIf(!objectStoreThere)('with an object store', () => {
  beforeAll(async () => { store = await startObjectStore(); });
  afterAll(() => store.stop());

  it('makes the bucket once', async () => {
    const settings = { ...store.settings, bucket: 'fresh' };
    await ensureBucket(settings, say);
    await ensureBucket(settings, say);
    expect(said).toEqual(['Making the bucket fresh.']);
    const client = new S3Client({ endpoint: settings.endpoint, region: settings.region, forcePathStyle: true, credentials: settings });
    await expect(client.send(new HeadBucketCommand({ Bucket: 'fresh' }))).resolves.toMatchObject({ $metadata: { httpStatusCode: 200 } });
    client.destroy();
  });

  it('says that a key may not see the bucket', async () => {
    await expect(ensureBucket({ ...store.settings, ...strangerKey }, say)).rejects.toMatchObject({
      name: 'ConfigError', lines: [expect.stringMatching(/^S3_ACCESS_KEY_ID: .* does not let this key see the bucket keshi \(403\)\.$/)],
    });
  });
});

it('says that no store answers', async () => {
  const settings = { endpoint: `http://127.0.0.1:${await freePort()}`, publicEndpoint: null, region: 'us-east-1', bucket: 'keshi', accessKeyId: 'a', secretAccessKey: 'b' };
  await expect(ensureBucket(settings, say, 0)).rejects.toMatchObject({ name: 'ConfigError', lines: [expect.stringContaining('the object store does not answer')] });
});
