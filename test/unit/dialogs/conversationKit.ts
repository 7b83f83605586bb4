import { type Activity, MemoryStorage, type Storage, TestAdapter } from 'botbuilder';
import type { AroundTurns } from '../../../bot/aroundTurns';
import { CustomerServiceBot, type CustomerServiceBotOptions } from '../../../bot/customerServiceBot';
import { createTexts } from '../../../bot/texts';
import type { Clock } from '../../../common/clock';
import type { Log } from '../../../common/log';
import type { Availability, EscalationSkill, KnowledgeAnswer } from '../../../dialogs/collaborators';
import { ownStatus } from '../../../dialogs/handoffContext';
import type { TranscriptEntry } from '../../../handoff/request';
import type { Article } from '../../../knowledge/article';

export function article(number: number, title: string, html = `<p>All about ${title}.</p>`): Article {
  return {
    id: `id-${number}`,
    number: `KA-${number}`,
    title,
    summary: `About ${title}`,
    keywords: [],
    html,
    language: 'en',
    modifiedAt: '2026-01-01T00:00:00Z',
  };
}

export const cardArticle = article(1, 'Card arrival');
export const feeArticle = article(2, 'Fees');
export const limitArticle = article(3, 'Limits');

const answers: Record<string, KnowledgeAnswer> = {
  'where is my card': { decision: 'sure', matches: [{ article: cardArticle, confidence: 0.9 }] },
  'what about money': {
    decision: 'several',
    matches: [
      { article: feeArticle, confidence: 0.5 },
      { article: limitArticle, confidence: 0.4 },
    ],
  },
};
const nothing: KnowledgeAnswer = { decision: 'none', matches: [] };

export const cardsSkill: EscalationSkill = { name: 'cards', title: 'Cards team', words: ['card'], fields: [] };
export const complaintsSkill: EscalationSkill = {
  name: 'complaints',
  title: 'Complaints',
  words: ['complaint'],
  fields: [
    { name: 'branch', label: 'Branch', kind: 'choice', choices: ['North', 'South'], required: true },
    { name: 'detail', label: 'Detail', kind: 'multiline', required: false },
  ],
};

export interface RecordCall {
  name: string;
  args: unknown[];
}

/** A bot with everything round it in memory, and a customer who talks to it turn by turn. */
export class Conversation {
  readonly records: RecordCall[] = [];
  readonly logged: { level: string; message: string; fields: unknown }[] = [];
  availability: Record<string, Availability | Error> = {};
  skills: EscalationSkill[] = [cardsSkill];
  answers: Record<string, KnowledgeAnswer> = { ...answers };
  transcript: TranscriptEntry[] = [];
  /** The contact that has the customer's address, if Dynamics knows one. */
  contactId: string | undefined;
  /** Whether anything was said that could be put into a file. */
  hasTranscript = true;
  failing = new Set<string>();
  nowInMs = Date.parse('2026-03-02T10:00:00Z');
  ready = true;
  /** A further way of using the bot. */
  around: AroundTurns | undefined;
  /** Activities the channel refuses. */
  refuse: (activity: Partial<Activity>) => boolean = () => false;
  readonly storage: Storage;
  bot: CustomerServiceBot;
  private readonly adapter: TestAdapter;
  private count = 0;
  private isOwnStatus = false;

  constructor(
    private readonly template: Partial<Activity> = {},
    storage: Storage = new MemoryStorage(),
  ) {
    this.storage = storage;
    this.bot = this.newBot();
    this.adapter = new TestAdapter((context) => this.bot.run(context), {
      channelId: 'webchat',
      conversation: { id: 'c1', isGroup: false, name: '', conversationType: '' },
      ...template,
    } as Partial<Activity>);
    this.adapter.use(async (context, next) => {
      if (this.isOwnStatus) context.turnState.set(ownStatus, true);
      context.onSendActivities(async (_context, activities, send) => {
        if (activities.some((activity) => this.refuse(activity))) throw new Error('the channel refused');
        return send();
      });
      await next();
    });
  }

  /** The same conversation answered by a process that has just started. */
  restart(): void {
    this.bot = this.newBot();
  }

  say(text: string, more: Partial<Activity> = {}): Promise<Partial<Activity>[]> {
    return this.send({ type: 'message', text, ...more });
  }

  press(verb: string, data: object = {}, more: Partial<Activity> = {}): Promise<Partial<Activity>[]> {
    return this.send({ type: 'message', value: { verb, ...data }, ...more });
  }

  /** What became of a handoff, told by the relay. */
  async status(value: object): Promise<Partial<Activity>[]> {
    this.isOwnStatus = true;
    try {
      return await this.forgedStatus(value);
    } finally {
      this.isOwnStatus = false;
    }
  }

  /** The same from the customer's client. */
  forgedStatus(value: object): Promise<Partial<Activity>[]> {
    return this.send({ type: 'event', name: 'handoff.status', value });
  }

  async send(activity: Partial<Activity>): Promise<Partial<Activity>[]> {
    this.count += 1;
    this.nowInMs += 1_000;
    this.adapter.activeQueue.splice(0);
    await this.adapter.receiveActivity({ id: `a${this.count}`, locale: 'en-US', ...this.template, ...activity });
    return this.adapter.activeQueue.splice(0);
  }

  calls(name: string): unknown[][] {
    return this.records.filter((call) => call.name === name).map((call) => call.args);
  }

  private newBot(): CustomerServiceBot {
    return new CustomerServiceBot(this.options());
  }

  private options(): CustomerServiceBotOptions {
    const call = async (name: string, ...args: unknown[]) => {
      if (this.failing.has(name)) throw new Error(`${name} failed for Ann`);
      this.records.push({ name, args });
      return this.records.length;
    };
    return {
      storage: this.storage,
      around: [{ around: (context, own, bot) => (this.around ? this.around.around(context, own, bot) : own) }],
      clock: { now: () => this.nowInMs, monotonic: () => this.nowInMs, schedule: () => () => undefined } satisfies Clock,
      conversationKey: (context) => `${context.activity.channelId}/${context.activity.conversation.id}`,
      texts: createTexts(),
      log: this.log(),
      knowledge: this.knowledge(),
      chatRecords: {
        openChat: (facts) => call('openChat', facts),
        articleSent: async (key, sent) => {
          await call('articleSent', key, sent);
          return { kbRecordId: `kb-${sent.turnId}-${sent.articleId}` };
        },
        articleRead: (id) => call('articleRead', id),
        prepareHandoff: async (key, facts) => {
          await call('prepareHandoff', key, facts);
          return { chatActivityId: 'chat-1', created: true, ...(this.contactId !== undefined && { contactId: this.contactId }) };
        },
        closeChat: (key, facts) => call('closeChat', key, facts),
        rate: (key, rating) => call('rate', key, rating),
        leaveMessage: (key, message) => call('leaveMessage', key, message),
      },
      skills: {
        list: () => this.skills,
        match: (text) => this.skills.find((skill) => skill.words.some((word) => text.toLowerCase().includes(word)))?.name,
        availability: async (name) => {
          const result = this.availability[name] ?? { available: true };
          if (result instanceof Error) throw result;
          return result;
        },
      },
      transcript: {
        read: async () => {
          if (this.failing.has('transcript')) throw new Error('transcript failed');
          return this.transcript;
        },
      },
      transcriptFiles: {
        make: async (asked) => {
          await call('transcriptFile', asked);
          const attachment = { contentType: 'text/plain', name: 'chat.txt', contentUrl: 'https://bot.example/files/x/chat.txt' };
          return this.hasTranscript ? { attachment, until: this.nowInMs + 7 * 86_400_000 } : undefined;
        },
      },
      links: { readArticle: (kbRecordId) => `https://bot.example/a/${kbRecordId}` },
    };
  }

  private knowledge(): CustomerServiceBotOptions['knowledge'] {
    const all = [cardArticle, feeArticle, limitArticle];
    const self = this;
    return {
      get ready() {
        return self.ready;
      },
      search: (question) => {
        if (this.failing.has('search')) throw new Error('search failed');
        return this.answers[question.toLowerCase()] ?? nothing;
      },
      get: (id) => all.find((candidate) => candidate.id === id),
    };
  }

  private log(): Log {
    const write = (level: string) => (message: string, fields?: unknown) => void this.logged.push({ level, message, fields });
    const log: Log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error'), child: () => log };
    return log;
  }
}

/** What a customer would see of the replies, as one text. */
export function shown(replies: Partial<Activity>[]): string {
  return JSON.stringify(
    replies.filter((reply) => reply.type === 'message').map(({ text, attachments }) => ({ text, attachments })),
  );
}

export function texts(replies: Partial<Activity>[]): string[] {
  return replies.flatMap((reply) => (reply.type === 'message' && reply.text ? [reply.text] : []));
}

export function quickReplies(reply: Partial<Activity> | undefined): string[] {
  return (reply?.suggestedActions?.actions ?? []).map((action) => String(action.value));
}

interface CardAction {
  type: string;
  title: string;
  url?: string;
  data?: Record<string, unknown>;
}
interface CardInput {
  id?: string;
  type: string;
  value?: string;
  text?: string;
}

/** The first adaptive card of the replies. */
export function card(replies: Partial<Activity>[]): { actions: CardAction[]; inputs: CardInput[]; json: string } {
  const attachment = replies
    .flatMap((reply) => reply.attachments ?? [])
    .find((candidate) => candidate.contentType === 'application/vnd.microsoft.card.adaptive');
  if (!attachment) throw new Error(`no adaptive card in ${JSON.stringify(replies)}`);
  const content = attachment.content as { actions?: CardAction[]; body: { items?: CardInput[] }[] };
  const inputs = content.body.flatMap((element) => element.items ?? []).filter((item) => item.id !== undefined);
  return { actions: content.actions ?? [], inputs, json: JSON.stringify(content) };
}

export function inputIds(replies: Partial<Activity>[]): (string | undefined)[] {
  return card(replies).inputs.map((input) => input.id);
}

export const ann = { name: ' Ann Lee ', email: 'ann@example.com', topic: 'A lost card' };

/** The event that hands the conversation off. */
export function initiation(replies: Partial<Activity>[]): Partial<Activity> | undefined {
  return replies.find((reply) => reply.type === 'event' && reply.name === 'handoff.initiate');
}

/** A conversation in which the bot has greeted. */
export async function begun(skills = [cardsSkill]): Promise<Conversation> {
  const conversation = new Conversation();
  conversation.skills = skills;
  await conversation.send({ type: 'conversationUpdate', membersAdded: [{ id: 'bot', name: 'Bot' }] });
  return conversation;
}

/** A conversation whose handoff was asked for. */
export async function handedOff(): Promise<Conversation> {
  const conversation = await begun();
  await conversation.say('talk to a person');
  await conversation.press('submitPreChat', ann);
  return conversation;
}

/** A conversation whose chat with an agent is over. */
export async function cameBack(
  endedBy = 'agent',
  more: object = {},
): Promise<{ conversation: Conversation; replies: Partial<Activity>[] }> {
  const conversation = await handedOff();
  await conversation.status({ state: 'accepted', handoffId: 'h1' });
  const replies = await conversation.status({ state: 'completed', handoffId: 'h1', endedBy, ...more });
  return { conversation, replies };
}
