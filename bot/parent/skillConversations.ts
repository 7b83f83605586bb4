import { randomUUID } from 'node:crypto';
import type { ConversationReference } from 'botbuilder';
import type { Clock } from '../../common/clock';
import { isJsonObject, type JsonObject, toJson } from '../../common/json';
import { type DocumentStore, ETagMismatch } from '../../store/store';

/** How the skill has ended a conversation. */
export interface SkillEnd {
  /** Its result. */
  value: JsonObject;
  code: string;
}

/** A conversation as the skill knows it. */
export interface SkillConversation {
  /** The customer's conversation. */
  reference: Partial<ConversationReference>;
  /** Set when the skill has ended it and the bot has not come back yet. */
  ended?: SkillEnd;
}

/**
 * Gives each conversation that is lent to the skill an id for it, and finds the customer's by that id. Kept in the store, so that
 * a restart of either side changes nothing.
 */
export class SkillConversations {
  constructor(
    private readonly documents: DocumentStore,
    private readonly clock: Clock,
  ) {}

  /** Resolves with a new id when it is written down. */
  async create(reference: Partial<ConversationReference>): Promise<string> {
    const id = randomUUID();
    await this.write(id, { reference });
    return id;
  }

  async find(id: string): Promise<SkillConversation | undefined> {
    const value = (await this.documents.read([keyOf(id)])).get(keyOf(id))?.value;
    // Written below from this very type.
    return value as unknown as SkillConversation | undefined;
  }

  /** Resolves with whether there is such a conversation, when its end is written down. Twice is fine. */
  async noteEnd(id: string, value: unknown, code: unknown): Promise<boolean> {
    const known = await this.find(id);
    if (!known) return false;
    const result = toJson(value);
    const ended = { value: isJsonObject(result) ? result : {}, code: typeof code === 'string' ? code : '' };
    await this.write(id, { reference: known.reference, ended });
    return true;
  }

  /** The channel calls from another service URL now. Resolves when it is written down, or the end came in between. Twice is fine. */
  async follow(id: string, serviceUrl: string): Promise<void> {
    const key = keyOf(id);
    const stored = (await this.documents.read([key])).get(key);
    if (!stored) return;
    const known = stored.value as unknown as SkillConversation;
    const value = toJson({ ...known, reference: { ...known.reference, serviceUrl } }) as JsonObject;
    try {
      await this.documents.write(new Map([[key, { value, eTag: stored.eTag }]]), this.clock.now());
    } catch (error) {
      // An end that was noted meanwhile counts for more; the customer's next message tells the address again.
      if (!(error instanceof ETagMismatch)) throw error;
    }
  }

  /** Forgets an id; what the skill still says there is refused. Twice is fine. */
  async remove(id: string): Promise<void> {
    await this.documents.delete([keyOf(id)]);
  }

  private async write(id: string, conversation: SkillConversation): Promise<void> {
    const value = toJson(conversation) as JsonObject;
    await this.documents.write(new Map([[keyOf(id), { value }]]), this.clock.now());
  }
}

function keyOf(id: string): string {
  return `skill/conversation/${id}`;
}
