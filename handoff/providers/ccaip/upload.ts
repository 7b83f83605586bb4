import type { HttpClient } from '../../../common/http';
import type { JsonObject } from '../../../common/json';
import { objectOf, objectsOf, textOf, wordOf } from '../../../common/jsonMembers';
import { isTrusted } from '../../../common/trustedUrl';
import type { FetchedFile } from '../../provider';
import { fromTransport } from '../../transportError';
import type { AppsApi } from './client';
import { failure, PROVIDER, unreadable } from './errors';
import type { MediaKind } from './wire';

/** The vendor's limits (chat platform guide): pictures are JPEG up to 2 MB, videos MP4 up to 20 MB. */
const LIMITS: Record<MediaKind, { types: string[]; maxBytes: number }> = {
  photo: { types: ['image/jpeg', 'image/jpg'], maxBytes: 2_000_000 },
  video: { types: ['video/mp4'], maxBytes: 20_000_000 },
};
const FILE_TIMEOUT_IN_MS = 60_000;

/** As what a file can be uploaded; undefined when the platform would not take it. */
export function uploadKind(contentType: string, size: number): MediaKind | undefined {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  const kinds = Object.keys(LIMITS) as MediaKind[];
  return kinds.find((kind) => LIMITS[kind].types.includes(type) && size <= LIMITS[kind].maxBytes);
}

/** Uploads by a pre-signed address, which is good for one file and five minutes. */
export class MediaUpload {
  constructor(
    private readonly api: AppsApi,
    private readonly http: HttpClient,
  ) {}

  /** Resolves with the id by which a message shows the file; nobody sees it before. */
  async upload(
    chatId: number,
    kind: MediaKind,
    file: FetchedFile & { name: string },
    signal: AbortSignal,
  ): Promise<number | string> {
    const path = `/chats/${chatId}/${kind}s`;
    const ticket = objectOf((await this.api.call({ method: 'POST', path: `${path}/upload`, resource: 'chat', signal })).json);
    const fields = objectOf(ticket['fields']);
    const [address, key] = [wordOf(ticket['url']), wordOf(fields['key'])];
    if (address === undefined || key === undefined || !URL.canParse(address))
      throw unreadable('the answer names no upload address');
    if (!isTrusted(new URL(address))) throw failure('rejected', 'the upload address is not encrypted');
    await this.store(address, fields, file, signal);
    const s3Path = { s3_path: key };
    // Pictures are announced as a list, videos one by one.
    const json: JsonObject = kind === 'photo' ? { photos: [s3Path] } : { video: s3Path };
    const answer = (await this.api.call({ method: 'POST', path, json, resource: 'chat', signal })).json;
    const [first] = [answer, objectOf(answer)['photos'], objectOf(answer)['video']].flatMap(objectsOf).flatMap(mediaId);
    if (first === undefined) throw unreadable('the answer names no media');
    return first;
  }

  /** Not to the API but to a store, which must not see the API's token. */
  private async store(
    address: string,
    fields: JsonObject,
    file: FetchedFile & { name: string },
    signal: AbortSignal,
  ): Promise<void> {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, textOf(value) ?? '');
    // Stores ignore what comes after the file.
    form.append('file', new File([new Uint8Array(file.bytes)], file.name, { type: file.contentType }));
    const encoded = new Response(form);
    const headers = { 'content-type': encoded.headers.get('content-type') ?? '' };
    const body = Buffer.from(await encoded.arrayBuffer());
    const call = {
      method: 'POST',
      url: address,
      headers,
      body,
      timeoutInMs: FILE_TIMEOUT_IN_MS,
      publicOnly: true,
      signal,
    } as const;
    const { status } = await this.http(call).catch((error: unknown) => {
      throw fromTransport(PROVIDER, error);
    });
    if (status >= 500) throw unreadable(`the store answered ${status}`);
    if (status >= 300) throw failure('rejected', `the store answered ${status}`);
  }
}

function mediaId(answer: JsonObject): (number | string)[] {
  const id = answer['media_id'];
  return typeof id === 'number' || (typeof id === 'string' && id !== '') ? [id] : [];
}
