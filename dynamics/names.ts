import type { DynamicsSettings } from './settings';

/** Entity sets of the Web API; they are case sensitive. */
export const sets = {
  chatActivities: 'cxlvhlp_chatactivities',
  kbRecords: 'cxlvhlp_kbrecordsforbotconversations',
  articles: 'knowledgearticles',
  contacts: 'contacts',
  notes: 'annotations',
  tasks: 'tasks',
  languages: 'languagelocale',
} as const;

/** How a chat ended, as Live Assist's option set numbers it. None of them says "the bot". */
export const endReasons = {
  agentDisconnected: 100_000_000,
  agentEnded: 100_000_001,
  visitorDisconnected: 100_000_002,
  visitorStartedNew: 100_000_003,
  visitorEnded: 100_000_004,
} as const;
export type EndReason = keyof typeof endReasons;

/** Live Assist's own sample sends these two as text. */
export const chatOrigins = { web: '100000000', mobile: '100000001' } as const;
export type ChatOrigin = keyof typeof chatOrigins;

/** Names that may differ from one environment to the next, hence settings. */
export interface EnvironmentNames {
  chatCustomer: string;
  chatRegarding: string;
  chatArticles: string;
  completedStatus: number;
  noteChat: string;
  taskContact: string;
}

/** The environment's names out of the settings. */
export function namesFrom(settings: DynamicsSettings): EnvironmentNames {
  return {
    chatCustomer: settings.DYNAMICS_CHAT_CUSTOMER_PROPERTY,
    chatRegarding: settings.DYNAMICS_CHAT_REGARDING_PROPERTY,
    chatArticles: settings.DYNAMICS_CHAT_ARTICLES_RELATION,
    completedStatus: settings.DYNAMICS_CHAT_COMPLETED_STATUS,
    noteChat: settings.DYNAMICS_NOTE_CHAT_PROPERTY,
    taskContact: settings.DYNAMICS_TASK_CONTACT_PROPERTY,
  };
}
