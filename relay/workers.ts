import type { LinkWorker } from './worker';

/** The workers of an instance, by the ids of their links and by the conversations that these have. */
export class Workers extends Map<string, LinkWorker> {
  private readonly conversations = new Map<string, LinkWorker>();

  /** The newest worker that a link of this conversation got. */
  ofConversation(conversationKey: string): LinkWorker | undefined {
    return this.conversations.get(conversationKey);
  }

  override set(linkId: string, worker: LinkWorker): this {
    this.conversations.set(worker.link.conversationKey, worker);
    return super.set(linkId, worker);
  }

  override delete(linkId: string): boolean {
    const worker = this.get(linkId);
    const key = worker?.link.conversationKey;
    if (key !== undefined && this.conversations.get(key) === worker) this.conversations.delete(key);
    return super.delete(linkId);
  }

  override clear(): void {
    this.conversations.clear();
    super.clear();
  }
}
