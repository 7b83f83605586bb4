import type { Clock } from '../../common/clock';
import { isJsonObject, type JsonObject } from '../../common/json';
import type { Conversation } from './conversation';
import type { Conversations } from './conversations';
import type { Delivery } from './delivery';
import { answer, DirectLineError, type Exchange, readObject } from './exchange';
import type { Grant, Tokens } from './tokens';
import { readUpload } from './upload';

/** Below the 20 s that clients wait for an answer to a message. */
const messageWithinInMs = 14_000;
/** Short enough that a first message sent meanwhile still finds time. */
const startWithinInMs = 10_000;

export interface ClientRoutesOptions {
  conversations: Conversations;
  tokens: Tokens;
  delivery: Delivery;
  clock: Clock;
  /** The address of this Direct Line, as clients and the bot reach it. */
  ownUrl(): string;
  bot: { id: string; name: string };
}

/** The operations clients use (`/v3/directline/…`), after Microsoft's description of Direct Line 3.0. */
export class ClientRoutes {
  constructor(private readonly options: ClientRoutesOptions) {}

  async handle(exchange: Exchange): Promise<void> {
    const { request, response, path } = exchange;
    const [first, id, operation] = path;
    const call = `${request.method} ${first ?? ''}${id === undefined ? '' : first === 'conversations' ? '/{id}' : `/${id}`}${operation === undefined ? '' : `/${operation}`}`;
    switch (call) {
      case 'POST tokens/generate':
        return this.generate(exchange);
      case 'POST tokens/refresh': {
        const grant = this.grant(exchange);
        this.options.conversations.get(grant.conversationId);
        return answer(response, 200, this.options.tokens.issue(grant));
      }
      case 'POST conversations':
        return this.start(exchange);
      case 'GET conversations/{id}':
        return this.reconnect(exchange, this.allowed(exchange, id ?? ''));
      case 'GET conversations/{id}/activities':
        return answer(
          response,
          200,
          this.allowed(exchange, id ?? '').since(exchange.query.get('watermark'), this.options.clock.now()),
        );
      case 'POST conversations/{id}/activities': {
        const conversation = this.allowed(exchange, id ?? '');
        return this.receive(exchange, conversation, await readObject(request));
      }
      case 'POST conversations/{id}/upload':
        return this.upload(exchange, this.allowed(exchange, id ?? ''));
      case 'GET session/getsessionid':
        return answer(response, 200, { sessionId: this.grant(exchange).conversationId });
      default:
        throw new DirectLineError(404, 'NotFound', 'There is no such operation.');
    }
  }

  private async generate(exchange: Exchange): Promise<void> {
    if (!this.hasSecret(exchange)) throw new DirectLineError(403, 'Forbidden', 'A token is made with the secret.');
    const body = await readObject(exchange.request, { optional: true });
    const user = isJsonObject(body['user']) ? body['user'] : {};
    if (typeof user['id'] === 'string' && !user['id'].startsWith('dl_'))
      throw new DirectLineError(400, 'BadArgument', 'The user id does not begin with dl_.');
    const trusted = trustedOriginsOf(body);
    const conversation = this.options.conversations.create({
      ...(typeof user['id'] === 'string' && { id: user['id'] }),
      ...(typeof user['name'] === 'string' && { name: user['name'] }),
    });
    const userId = typeof user['id'] === 'string' ? { userId: user['id'] } : {};
    answer(exchange.response, 200, this.options.tokens.issue({ conversationId: conversation.id, ...userId, ...trusted }));
  }

  private async start(exchange: Exchange): Promise<void> {
    const { locale } = await readObject(exchange.request, { optional: true });
    const { conversations, tokens } = this.options;
    const conversation = this.hasSecret(exchange)
      ? conversations.create({})
      : conversations.get(this.grant(exchange).conversationId);
    const isFirst = conversations.start(conversation);
    const body = { ...tokens.issue(this.grantFor(exchange, conversation)), streamUrl: '' };
    body.streamUrl = this.streamUrl(conversation.id, body.token, '');
    answer(exchange.response, isFirst ? 201 : 200, body);
    if (isFirst) this.introduce(conversation, typeof locale === 'string' ? locale : undefined);
  }

  private reconnect(exchange: Exchange, conversation: Conversation): void {
    if (!conversation.isStarted) throw new DirectLineError(404, 'ConversationNotFound', 'The conversation was not started.');
    const issued = this.options.tokens.issue(this.grantFor(exchange, conversation));
    const watermark = exchange.query.get('watermark') ?? '';
    answer(exchange.response, 200, { ...issued, streamUrl: this.streamUrl(conversation.id, issued.token, watermark) });
  }

  private async receive(exchange: Exchange, conversation: Conversation, sent: JsonObject): Promise<void> {
    const { clock, delivery } = this.options;
    if (typeof sent['type'] !== 'string' || sent['type'] === '')
      throw new DirectLineError(400, 'MissingProperty', 'The activity has no type.');
    const activity = this.complete(exchange, conversation, sent);
    if (activity['type'] === 'typing') {
      // Typing is a hint: it waits for nobody and is not repeated.
      delivery.deliver(conversation.id, activity, 0).catch(() => undefined);
    } else {
      await conversation.publishWhenTaken(activity, clock.now(), () =>
        delivery.deliver(conversation.id, activity, messageWithinInMs),
      );
    }
    answer(exchange.response, 200, { id: activity['id'] });
  }

  private async upload(exchange: Exchange, conversation: Conversation): Promise<void> {
    const { activity, files } = await readUpload(exchange.request);
    const described = Array.isArray(activity['attachments']) ? activity['attachments'].filter(isJsonObject) : [];
    const attachments = files.map((file, index) => {
      const id = this.options.conversations.addFile(file);
      const thumbnail = described[index]?.['thumbnailUrl'];
      return {
        contentType: file.contentType,
        contentUrl: `${this.options.ownUrl()}/v3/directline/attachments/${id}/${encodeURIComponent(file.name)}`,
        name: file.name,
        ...(typeof thumbnail === 'string' && { thumbnailUrl: thumbnail }),
      };
    });
    const from = isJsonObject(activity['from']) ? activity['from'] : { id: exchange.query.get('userId') ?? conversation.userId };
    await this.receive(exchange, conversation, { type: 'message', ...activity, from, attachments });
  }

  /** The activity as the channel sends it on: what the client says about itself is replaced by what its token says. */
  private complete(exchange: Exchange, conversation: Conversation, sent: JsonObject): JsonObject {
    const from = isJsonObject(sent['from']) ? sent['from'] : {};
    const tokenUser = this.grantFor(exchange, conversation).userId;
    const userId = tokenUser ?? (typeof from['id'] === 'string' && from['id'] !== '' ? from['id'] : conversation.userId);
    return {
      ...sent,
      id: conversation.nextActivityId(),
      channelId: 'directline',
      serviceUrl: this.options.ownUrl(),
      timestamp: new Date(this.options.clock.now()).toISOString(),
      conversation: { id: conversation.id },
      from: { ...from, id: userId, role: 'user' },
      recipient: { ...this.options.bot, role: 'bot' },
    };
  }

  private introduce(conversation: Conversation, locale: string | undefined): void {
    const { bot, clock, delivery } = this.options;
    const user = { id: conversation.userId, ...(conversation.userName && { name: conversation.userName }) };
    const activity: JsonObject = {
      type: 'conversationUpdate',
      id: conversation.nextActivityId(),
      channelId: 'directline',
      serviceUrl: this.options.ownUrl(),
      timestamp: new Date(clock.now()).toISOString(),
      conversation: { id: conversation.id },
      from: user,
      recipient: bot,
      membersAdded: [bot, user],
      ...(locale && { locale }),
    };
    // The client is answered meanwhile; a bot that is still starting gets it later, and one that never comes is
    // told of by the first message.
    delivery.deliver(conversation.id, activity, startWithinInMs).catch(() => undefined);
  }

  private streamUrl(conversationId: string, token: string, watermark: string): string {
    const base = this.options.ownUrl().replace(/^http/, 'ws');
    return `${base}/v3/directline/conversations/${encodeURIComponent(conversationId)}/stream?watermark=${encodeURIComponent(watermark)}&t=${encodeURIComponent(token)}`;
  }

  private allowed(exchange: Exchange, id: string): Conversation {
    const conversationId = decodeURIComponent(id);
    if (!this.hasSecret(exchange) && this.grant(exchange).conversationId !== conversationId)
      throw new DirectLineError(403, 'Forbidden', 'The token is for another conversation.');
    return this.options.conversations.get(conversationId);
  }

  private grantFor(exchange: Exchange, conversation: Conversation): Grant {
    return this.hasSecret(exchange) ? { conversationId: conversation.id, userId: conversation.userId } : this.grant(exchange);
  }

  private grant(exchange: Exchange): Grant {
    const grant = this.options.tokens.check(bearer(exchange));
    const { origin } = exchange.request.headers;
    if (origin !== undefined && grant.trustedOrigins?.includes(origin) === false)
      throw new DirectLineError(403, 'Forbidden', 'The token is not for pages of this origin.');
    return grant;
  }

  private hasSecret(exchange: Exchange): boolean {
    return bearer(exchange) === this.options.conversations.secret;
  }
}

/** Origins as browsers write them, without a path: another form would never match one. */
function trustedOriginsOf({ trustedOrigins: given }: JsonObject): { trustedOrigins?: string[] } {
  if (given === undefined) return {};
  const isOrigin = (item: unknown) => typeof item === 'string' && URL.canParse(item) && new URL(item).origin === item;
  if (!Array.isArray(given) || !given.every(isOrigin))
    throw new DirectLineError(400, 'BadArgument', 'trustedOrigins is not a list of origins.');
  return { trustedOrigins: given.map(String) };
}

function bearer({ request }: Exchange): string {
  return /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
}
