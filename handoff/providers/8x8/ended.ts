const MAX_REMEMBERED = 10_000;

/**
 * Conversations that are over, as far as this process saw. A message to such a one would open it again and put the
 * customer back into a queue, so sending refuses. A restart forgets them: then the relay's own record is what holds.
 */
export class EndedConversations {
  private readonly ids = new Set<string>();

  add(id: string): void {
    this.ids.delete(id);
    this.ids.add(id);
    if (this.ids.size <= MAX_REMEMBERED) return;
    const [oldest] = this.ids;
    if (oldest !== undefined) this.ids.delete(oldest);
  }

  has(id: string): boolean {
    return this.ids.has(id);
  }
}
