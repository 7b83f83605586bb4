import { systemClock } from '../../common/clock';
import type { ReadRequest } from '../request';
import { readForm } from '../request';
import { type Answer, failures } from './answers';
import { photosBody, videoBody } from './bodies';
import { type Chat, type Media, newSecret, type State, type Ticket } from './state';

const LIMITS = {
  photo: { type: 'image/jpeg', maxBytes: 2_000_000 },
  video: { type: 'video/mp4', maxBytes: 20_000_000 },
};
const VALID_FOR_IN_MS = 5 * 60_000;

/** Pre-signed uploads, the store behind them, and the files of a chat. */
export class MediaStore {
  constructor(
    private readonly state: State,
    private readonly baseUrl: () => string,
    private readonly violate: (violation: string) => void,
  ) {}

  ticket(chat: Chat, kind: Ticket['kind']): Answer {
    const key = `uploads/${newSecret()}/file`;
    const ticket: Ticket = { chatId: chat.id, kind, key, policy: newSecret(), until: systemClock.now() + VALID_FOR_IN_MS };
    this.state.tickets.set(key, ticket);
    const fields = { key, policy: ticket.policy, 'x-amz-algorithm': 'AWS4-HMAC-SHA256' };
    return { status: 200, body: { url: `${this.baseUrl()}/store`, fields } };
  }

  /** What the store of another company does: it knows nothing of the API's token. */
  async store(request: ReadRequest): Promise<Answer> {
    if (request.headers.authorization !== undefined) this.violate('the API token was sent to the file store');
    const form = await readForm(request);
    const names = form ? [...form.keys()] : [];
    const ticket = this.state.tickets.get(String(form?.get('key') ?? ''));
    const file = form?.get('file');
    const isWhole = ticket?.policy === form?.get('policy') && form?.get('x-amz-algorithm') === 'AWS4-HMAC-SHA256';
    if (!ticket || !isWhole || names.at(-1) !== 'file' || !(file instanceof File)) {
      this.violate('an upload needs all fields and then the file');
      return { status: 403 };
    }
    const { type, maxBytes } = LIMITS[ticket.kind];
    if (ticket.file || ticket.until < systemClock.now()) return { status: 403 };
    if (file.type !== type || file.size > maxBytes) {
      this.violate(`a ${ticket.kind} of another type or size was uploaded`);
      return { status: 400 };
    }
    ticket.file = { name: file.name, contentType: file.type, bytes: Buffer.from(await file.arrayBuffer()) };
    return { status: 204 };
  }

  /** Makes stored files files of the chat. */
  announce(chat: Chat, kind: Ticket['kind'], request: ReadRequest): Answer {
    const parsed = kind === 'photo' ? photosBody.safeParse(request.json) : videoBody.safeParse(request.json);
    if (!parsed.success) {
      this.violate(`the announcement of a ${kind} is not as documented`);
      return failures.missing(kind);
    }
    const paths = 'photos' in parsed.data ? parsed.data.photos : [parsed.data.video];
    const added = paths.map(({ s3_path: key }) => this.take(chat, kind, key));
    if (added.some((media) => media === undefined)) {
      this.violate(`a ${kind} was announced that is not in the store`);
      return failures.invalid();
    }
    const body = added.flatMap((media) => (media ? [{ url: this.linkTo(media), media_id: media.id }] : []));
    return { status: 200, body: kind === 'photo' ? body : (body[0] ?? null) };
  }

  add(chat: Chat, file: { name: string; contentType: string; bytes: Buffer }): Media {
    const media: Media = { id: this.state.nextId(), ...file, signature: newSecret() };
    chat.media.set(media.id, media);
    return media;
  }

  linkTo({ id, signature }: Media): string {
    return `${this.baseUrl()}/files/${id}?sig=${signature}`;
  }

  /** For the desk page, which has no token. */
  open(request: ReadRequest): Answer {
    const id = Number(request.segments[1]);
    const media = [...this.state.chats.values()].map((chat) => chat.media.get(id)).find(Boolean);
    return media && media.signature === request.query.get('sig') ? contentOf(media) : failures.notFound();
  }

  private take(chat: Chat, kind: Ticket['kind'], key: string): Media | undefined {
    const ticket = this.state.tickets.get(key);
    if (!ticket?.file || ticket.chatId !== chat.id || ticket.kind !== kind) return undefined;
    this.state.tickets.delete(key);
    return this.add(chat, ticket.file);
  }
}

export function contentOf({ bytes, contentType }: Media): Answer {
  return { status: 200, bytes, headers: { 'content-type': contentType, 'content-length': String(bytes.length) } };
}
