import { z } from 'zod';
import { isoTime, sleep, systemClock } from '../../common/clock';
import type { HttpResponse } from '../../common/http';
import { isJsonObject, type JsonObject } from '../../common/json';
import type { ReadRequest } from '../request';
import type { Answer } from './answer';
import type { Conversations } from './conversations';
import type { Delivery } from './delivery';
import type { Groups } from './groups';
import { escaped, readable } from './html';
import type { Behavior } from './options';
import type { Operator, Session, State } from './state';

const incoming = z.strictObject({
  id: z.string().min(1),
  conversationId: z.string().min(1),
  type: z.enum(['ChatMessage', 'GuestLeft']),
  timestamp: z.iso.datetime({ offset: true }),
  text: z.string().min(1).optional(),
  conversationMetadata: z.record(z.string().min(1), z.string()).optional(),
});
const batch = z.strictObject({
  activities: z
    .array(incoming.refine(({ type, text }) => (type === 'ChatMessage') === (text !== undefined), 'text goes with ChatMessage'))
    .min(1),
});
type Incoming = z.infer<typeof incoming>;

const PATH = '/generic-channel/b7c1f0d2/activities';
const PAUSE_IN_MS = 500;

/** mluvii's side of a channel that is ours: batches of the guest's words come in, activities of operators go out. */
export class GenericChannel {
  registrationUrl: string | undefined;
  /** What we are told to send along with each batch; a new registration brings new ones. */
  private headers: Record<string, string> = newHeaders(1);
  private registrations = 0;
  /** Who passed a chat on last, until the next one has it. */
  private readonly passed = new Map<number, Operator>();
  private readonly stopping = new AbortController();

  constructor(
    private readonly state: State,
    private readonly groups: Groups,
    private readonly conversations: Conversations,
    private readonly out: Delivery,
    private readonly behavior: Behavior,
    private readonly baseUrl: () => string,
    private readonly violate: (violation: string) => void,
  ) {}

  /** What the administrator sets off by hand; resolves with the status, undefined when nobody answered. */
  async register(): Promise<number | undefined> {
    const headers = newHeaders(this.registrations + 1);
    const url = `${this.baseUrl()}${PATH}`;
    const status = await this.out.post({ url, headers }, this.registrationUrl);
    if (status === undefined || status < 200 || status > 299) return status;
    this.registrations += 1;
    this.headers = headers;
    return status;
  }

  /** Registers again and again until it worked, or until a bot says that it wants nothing of us: it may use a real tenant. */
  async keepRegistering(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const status = await this.register();
      if (status !== undefined && status < 500) return;
      await sleep(systemClock, PAUSE_IN_MS, this.stopping.signal);
    }
  }

  isBatch(request: ReadRequest): boolean {
    return request.path === PATH;
  }

  /** A batch of ours. */
  receive(request: ReadRequest): Answer {
    const isKnown = Object.entries(this.headers).every(([name, value]) => request.headers[name.toLowerCase()] === value);
    if (!isKnown) {
      this.violate('a batch came without the headers of the registration');
      return { status: 401 };
    }
    if (request.method !== 'POST') return { status: 405 };
    const parsed = batch.safeParse(request.json);
    if (!(request.headers['content-type'] ?? '').startsWith('application/json') || !parsed.success) {
      const problems = parsed.success
        ? 'not application/json'
        : parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ');
      this.violate(`a batch is not valid: ${problems}`);
      return { status: 400 };
    }
    const inOrder = [...parsed.data.activities].sort((one, other) => Date.parse(one.timestamp) - Date.parse(other.timestamp));
    for (const activity of inOrder) this.take(activity);
    return { status: 204 };
  }

  async joined(session: Session, operator: Operator, previous: Operator | undefined): Promise<void> {
    const joining = () => this.tell(session, 'OperatorJoined', who(operator));
    if (previous && this.behavior.forward === 'joinedFirst') {
      this.passed.delete(session.id);
      await joining();
      await this.tell(session, 'OperatorLeft', who(previous));
      return;
    }
    await joining();
  }

  left(session: Session, operator: Operator): Promise<void> {
    return this.tell(session, 'OperatorLeft', who(operator));
  }

  /** The chat waits for somebody else. */
  async passedOn(session: Session, operator: Operator): Promise<void> {
    if (this.behavior.forward === 'joinedFirst') this.passed.set(session.id, operator);
    else await this.left(session, operator);
  }

  passedOnBy(session: Session): Operator | undefined {
    return this.passed.get(session.id);
  }

  say(session: Session, text: string): Promise<void> {
    return this.sayHtml(session, escaped(text));
  }

  sayHtml(session: Session, text: string): Promise<void> {
    return this.tell(session, 'ChatMessage', { text });
  }

  tell(session: Session, type: string, members: JsonObject): Promise<void> {
    const conversationId = session.conversationId ?? '';
    return this.out.send(conversationId, { conversationId, type, ...members });
  }

  close(): void {
    this.stopping.abort();
  }

  /** The first message without a running session makes one; the metadata counts only then. */
  private take(activity: Incoming): void {
    const running = this.state.running(activity.conversationId);
    if (activity.type === 'GuestLeft') {
      if (running) this.conversations.end(running, 'guest');
      return;
    }
    const session = running ?? this.create(activity);
    const html = activity.text ?? '';
    const at = isoTime(Date.parse(activity.timestamp));
    this.state.add(session, { from: 'guest', kind: 'text', html, text: readable(html), at });
  }

  private create({ conversationId, conversationMetadata = {} }: Incoming): Session {
    const { HandoffLanguage: language = 'en' } = conversationMetadata;
    const callParams = { ...conversationMetadata };
    const session = this.state.create({ source: 'GenericChannel', language, callParams, conversationId, place: 'queue' });
    this.conversations.events.created(session);
    const target = this.groups.route(session);
    this.conversations.toGroup(session, target === 'chatbot' ? undefined : target, false);
    return session;
  }
}

function who(operator: Operator): JsonObject {
  const pfp = `https://app.mluvii.example/pfp/${operator.userId}.png`;
  return { operatorUserId: operator.userId, operatorUserFullName: operator.name, operatorPfp: pfp };
}

function newHeaders(count: number): Record<string, string> {
  return { 'X-Subscription': 'b7c1f0d2', 'X-Webhook-Password': `sandbox-batch-password-${count}` };
}

/** What the answer to an activity has to hold: an id of ours. */
export function answerProblem(response: HttpResponse, body: JsonObject): string | undefined {
  // A registration is answered as one likes.
  if (body['type'] === undefined) return undefined;
  if (response.status !== 200) return `an activity was answered ${response.status} instead of 200`;
  const id = isJsonObject(response.json) ? response.json['id'] : undefined;
  return typeof id === 'string' && id !== '' ? undefined : 'the answer to an activity has no id';
}
