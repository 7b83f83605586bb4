import { randomUUID } from 'node:crypto';
import { type Activity, ActivityTypes, type Attachment, type Middleware, type TurnContext } from 'botbuilder';
import { type Clock, isoTime } from '../common/clock';
import { isJsonObject, type JsonValue, toJson } from '../common/json';
import { errorCode, type Log } from '../common/log';
import type { Card } from '../handoff/events';
import type { CustomerFile, TranscriptEntry } from '../handoff/request';
import type { TranscriptRow, TranscriptStore } from '../store/store';
import { conversationKey } from './conversationKey';
import { teamsFile } from './teams/teamsFile';

const cardTypes = /^application\/vnd\.microsoft\.card\./;
const maxTextLength = 10_000;
/** No desk takes more entries than this (8x8: 200). */
const agentLimit = 200;
const customerLimit = 1_000;

export interface TranscriptDependencies {
  store: TranscriptStore;
  clock: Clock;
  log: Log;
  /** The article a card button refers to. */
  article(articleId: string): { number: string; title: string } | undefined;
}

/** Writes down what was said, so that an agent can read it; one write at the end of each turn. */
export class Transcript implements Middleware {
  constructor(private readonly deps: TranscriptDependencies) {}

  async onTurn(context: TurnContext, next: () => Promise<void>): Promise<void> {
    const entries: { id: string | undefined; entry: TranscriptEntry }[] = [];
    const said = this.customerEntry(context.activity);
    if (said) entries.push({ id: context.activity.id, entry: said });
    context.onSendActivities(async (_context, activities, send) => {
      const responses = await send();
      for (const [index, activity] of activities.entries()) {
        const entry = this.botEntry(activity);
        if (entry) entries.push({ id: responses[index]?.id, entry });
      }
      return responses;
    });
    try {
      await next();
    } finally {
      await this.write(conversationKey(context.activity), entries);
    }
  }

  /** The newest 200 entries at or after `since` and not after `until` (ISO times), oldest first. */
  async read(key: string, since: string | undefined, until: string): Promise<TranscriptEntry[]> {
    const rows = await this.deps.store.read(key, agentLimit, since === undefined ? undefined : Date.parse(since));
    const last = Date.parse(until);
    // Written below from this very type.
    return rows.filter((row) => row.at <= last).map((row) => row.payload as unknown as TranscriptEntry);
  }

  /** The newest 1,000 entries not after `until` (ISO time), oldest first, and whether there are older ones; for the customer. */
  async newest(key: string, until: string): Promise<{ entries: TranscriptEntry[]; isCut: boolean }> {
    const rows = await this.deps.store.read(key, customerLimit + 1);
    const last = Date.parse(until);
    const said = rows.filter((row) => row.at <= last).map((row) => row.payload as unknown as TranscriptEntry);
    return { entries: said.slice(-customerLimit), isCut: rows.length > customerLimit };
  }

  /** Adds what was said outside of turns: by the agent, or to the agent. Twice is fine. */
  async add(key: string, id: string, entry: TranscriptEntry): Promise<void> {
    await this.write(key, [{ id, entry }]);
  }

  /** Adds what was said to another bot before this one was called, oldest first; entries without a time stand just before now. Twice is fine. */
  async addEarlier(key: string, said: readonly { from: TranscriptEntry['from']; text: string; at?: string }[]): Promise<void> {
    const now = this.deps.clock.now();
    const entries = said.map(({ from, text, at }, index) => {
      const latest = now - (said.length - index);
      const time = at === undefined ? latest : Math.min(Date.parse(at), latest);
      return { id: `earlier ${index}`, entry: { at: isoTime(time), from, text: text.slice(0, maxTextLength) } };
    });
    await this.write(key, entries);
  }

  private async write(key: string, entries: { id: string | undefined; entry: TranscriptEntry }[]): Promise<void> {
    if (entries.length === 0) return;
    const rows: TranscriptRow[] = entries.map(({ id, entry }) => ({
      entryId: `${entry.from}:${id || randomUUID()}`,
      at: Date.parse(entry.at),
      // Made of JSON members only, and ours alone: the store writes it as it is.
      payload: entry as unknown as JsonValue,
    }));
    try {
      await this.deps.store.append(key, rows);
    } catch (error) {
      // A gap in the transcript must not cost the customer the answer.
      this.deps.log.error('transcript not written', { code: errorCode(error) });
    }
  }

  private customerEntry(activity: Activity): TranscriptEntry | undefined {
    if (activity.type !== ActivityTypes.Message) return undefined;
    const text = activity.text ?? (isJsonObject(activity.value) ? '' : undefined);
    const files = filesOf(activity);
    if (!text && files.length === 0) return undefined;
    return {
      at: isoTime(this.deps.clock.now()),
      from: 'customer',
      text: (text ?? '').slice(0, maxTextLength),
      ...(files.length > 0 && { files }),
    };
  }

  private botEntry(activity: Partial<Activity>): TranscriptEntry | undefined {
    // What an agent said is noted as the agent's by the channel that delivers it.
    if (activity.type !== ActivityTypes.Message || isFromAgent(activity)) return undefined;
    const cards = (activity.attachments ?? [])
      .filter(({ contentType }) => cardTypes.test(contentType))
      .map(({ contentType, content }) => ({ contentType, content: toJson(content) }))
      .filter((card): card is Card => isWorthReading(card.content));
    if (!activity.text && cards.length === 0) return undefined;
    const articles = this.articlesOf(cards);
    return {
      at: isoTime(this.deps.clock.now()),
      from: 'bot',
      text: activity.text ?? '',
      ...(cards.length > 0 && { cards }),
      ...(articles.length > 0 && { articles }),
    };
  }

  private articlesOf(cards: Card[]): { number: string; title: string }[] {
    const ids = new Set<string>();
    for (const { content } of cards) collectArticleIds(content, ids);
    return [...ids].map((id) => this.deps.article(id)).filter((article) => article !== undefined);
  }
}

function isFromAgent(activity: Partial<Activity>): boolean {
  const data = activity.channelData as { switchboard?: { from?: unknown } } | undefined;
  return data?.switchboard?.from === 'agent';
}

/** Forms and cards that are nothing but buttons tell an agent nothing. */
function isWorthReading(card: JsonValue): boolean {
  if (!isJsonObject(card)) return false;
  if (Array.isArray(card['body'])) return !JSON.stringify(card['body']).includes('"type":"Input.');
  return Boolean(card['title'] || card['text'] || card['images']);
}

/** Files among a message's attachments; cards and inline HTML copies of the text are not files. */
export function filesOf(activity: Pick<Activity, 'attachments' | 'channelId' | 'serviceUrl'>): CustomerFile[] {
  const isTeams = activity.channelId === 'msteams';
  return (Array.isArray(activity.attachments) ? activity.attachments : [])
    .map((attachment: { [K in keyof Attachment]?: unknown } | null) => {
      const file = isTeams && attachment ? teamsFile(attachment, activity.serviceUrl) : undefined;
      return (
        file ?? {
          name: textOf(attachment?.name) || 'file',
          contentType: textOf(attachment?.contentType) || 'application/octet-stream',
          url: textOf(attachment?.contentUrl),
        }
      );
    })
    .filter(({ url, contentType }) => url !== '' && !cardTypes.test(contentType) && contentType !== 'text/html');
}

/** Whatever a client sends in a place where text belongs. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value.toWellFormed() : '';
}

/** Card buttons carry the id of the article they show. */
function collectArticleIds(value: JsonValue, ids: Set<string>): void {
  if (Array.isArray(value)) for (const item of value) collectArticleIds(item, ids);
  else if (isJsonObject(value)) {
    if (typeof value['articleId'] === 'string') ids.add(value['articleId']);
    for (const item of Object.values(value)) collectArticleIds(item, ids);
  }
}
