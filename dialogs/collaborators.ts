import type { Attachment } from 'botframework-schema';
import type { Clock } from '../common/clock';
import type { Log } from '../common/log';
import type { Article } from '../knowledge/article';

/** What a search comes to: `sure` has one match that answers, `several` has plausible ones, `none` has nothing to show. */
export interface KnowledgeAnswer {
  decision: 'sure' | 'several' | 'none';
  /** Best first; more than one also when the first is sure. */
  matches: readonly { article: Article; confidence: number }[];
}

/** The knowledge base as the dialogs need it. */
export interface Knowledge {
  /** False while there is no index yet; nothing is found then, which must not be told as "there is no answer". */
  readonly ready?: boolean;
  /** Without a limit only what is worth showing, with one that many. */
  search(question: string, options?: { language?: string; limit?: number }): KnowledgeAnswer | Promise<KnowledgeAnswer>;
  get(id: string): Article | undefined | Promise<Article | undefined>;
}

export type EndReason = 'agentDisconnected' | 'agentEnded' | 'visitorDisconnected' | 'visitorStartedNew' | 'visitorEnded';

/** The facts of a visit that its record begins with. */
export interface ChatFacts {
  conversationKey: string;
  /** ISO time. */
  startedAt: string;
  subject: string;
  channel: string;
  botName: string;
  origin: 'web' | 'mobile';
  sourcePageUrl?: string;
  isAuthenticated: boolean;
  contactId?: string;
}

export interface OfflineMessage {
  name: string;
  email?: string;
  phone?: string;
  text: string;
  topic: string;
  /** Name of the escalation skill it is for. */
  skill: string;
}

/** The records of chats: every call resolves when the wish is written down, and can be made twice. */
export interface ChatRecords {
  openChat(facts: ChatFacts): Promise<unknown>;
  articleSent(conversationKey: string, sent: { articleId: string; turnId: string }): Promise<{ kbRecordId: string }>;
  articleRead(kbRecordId: string): Promise<unknown>;
  /** `email`: as the customer gave it; the record is linked to a contact only when exactly one has it, which is then named. */
  prepareHandoff(
    conversationKey: string,
    facts: { topic: string; email?: string },
  ): Promise<{ chatActivityId: string; created: boolean; contactId?: string }>;
  closeChat(
    conversationKey: string,
    facts: { endReason: EndReason; endedAt: string; deskOwnsRecord?: boolean },
  ): Promise<unknown>;
  rate(conversationKey: string, rating: { score: number; comment?: string; handoffId?: string }): Promise<unknown>;
  leaveMessage(conversationKey: string, message: OfflineMessage): Promise<unknown>;
}

/** A further question before the handoff. */
export interface SkillField {
  name: string;
  label: string;
  kind: 'text' | 'choice' | 'multiline';
  choices?: string[];
  required: boolean;
}

/** Something a customer can be handed off to. */
export interface EscalationSkill {
  name: string;
  title: string;
  description?: string;
  words: string[];
  fields: SkillField[];
}

export interface Availability {
  available: boolean;
  estimatedWaitSeconds?: number;
  reason?: 'closed' | 'noAgents';
  /** ISO time. */
  opensAt?: string;
  /** The channel itself will be handed over: no word to the bot leads back. */
  handsOver?: true;
}

export interface EscalationSkills {
  /** In the order in which they are offered; titles and labels in the language. */
  list(language: string): EscalationSkill[];
  /** The skill whose words occur in the text. */
  match(text: string, language: string): string | undefined;
  /** Whether any route of the skill can take a chat of this channel now. */
  availability(name: string, language: string, channel?: string): Promise<Availability>;
}

/** One thing that was said. */
export interface Said {
  /** ISO time. */
  at: string;
  from: 'customer' | 'bot' | 'agent';
  text: string;
  cards?: { contentType: string; content: object }[];
  files?: { name: string; contentType: string; url: string }[];
  articles?: { number: string; title: string }[];
}

/** What was said in a conversation at or after an ISO time, oldest first. */
export interface TranscriptReader {
  read(conversationKey: string, since?: string): Promise<Said[]>;
}

/** Gives customers what was said in their own conversation. */
export interface TranscriptFiles {
  /**
   * A file with what was said so far, as the channel takes it, and the time (milliseconds since 1970) until which it can be opened.
   * Undefined when nothing was said. Fails when the store does.
   */
  make(asked: {
    conversationKey: string;
    channelId: string;
    language: string;
    /** IANA name; UTC without. */
    timeZone?: string;
  }): Promise<{ attachment: Attachment; until: number } | undefined>;
}

export interface Links {
  /** An address the customer can open: notes the reading, then shows the article. */
  readArticle(kbRecordId: string, article: Article): string;
}

/** Everything the customer reads. */
export interface Texts {
  /** The supported languages, the default one first. */
  readonly languages: readonly string[];
  /** The text of a key; `count` in the parameters chooses the plural. */
  t(key: string, language: string, params?: Readonly<Record<string, string | number>>): string;
  /** The list of a key. */
  list(key: string, language: string): readonly string[];
  /** The supported language nearest to what a client says; the default one for nonsense. */
  resolve(locale: string | undefined): string;
}

/** Who the customer is, as far as the shell knows from a verified sign-in. */
export interface Identity {
  isAuthenticated: boolean;
  contactId?: string;
}

/** What the dialogs work with; the composition root wires the real ones. */
export interface Collaborators {
  knowledge: Knowledge;
  chatRecords: ChatRecords;
  skills: EscalationSkills;
  /** Attached to `handoff.initiate`; leave it out when whoever takes the event reads the transcript itself. */
  transcript?: TranscriptReader;
  links: Links;
  texts: Texts;
  clock: Clock;
  log: Log;
  /** Without, customers get no file of their conversation. */
  transcriptFiles?: TranscriptFiles;
  /** Goes into the chat record. */
  botName: string;
  /** After this long without a question a visit counts as over, and the next question begins another. */
  visitIdleInMs: number;
  /** Questions the welcome card suggests; without them those of the texts. */
  suggestedQuestions?: (language: string) => readonly string[];
}
