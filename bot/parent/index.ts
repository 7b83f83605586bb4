import type { ConversationReference, TurnContext } from 'botbuilder';
import type { Clock } from '../../common/clock';
import type { HttpClient } from '../../common/http';
import type { Log } from '../../common/log';
import type { DocumentStore } from '../../store/store';
import type { BotAdapter } from '../adapter';
import type { AroundTurns } from '../aroundTurns';
import type { AddRoute } from '../server/addRoute';
import { SettingsError } from '../settings';
import type { Transcript } from '../transcript';
import { LentConversations } from './lentConversations';
import type { ParentSettings } from './settings';
import { addSkillCallbacks, callbackPath } from './skillCallbacks';
import { SkillClient } from './skillClient';
import { SkillConversations } from './skillConversations';

export { isConfigured, type ParentSettings, settingsSchema } from './settings';

export interface ParentOptions {
  settings: ParentSettings;
  /** Without a slash at the end. */
  publicUrl: string;
  adapter: BotAdapter;
  documents: DocumentStore;
  transcript: Pick<Transcript, 'read'>;
  runBot(context: TurnContext): Promise<void>;
  meansLeave(text: string, language: string): boolean;
  http: HttpClient;
  clock: Clock;
  log: Log;
}

/**
 * The bot's other half as the parent of a skill. Throws `SettingsError` when callers are checked and the skill has no app id or is
 * not called by https.
 */
export function createParent(options: ParentOptions): { around: AroundTurns; addRoutes(add: AddRoute): void } {
  const { settings, adapter, clock, log } = options;
  const appId = settings.SKILL_APP_ID;
  if (!adapter.authenticationIsOff && appId === undefined)
    throw new SettingsError([{ variable: 'SKILL_APP_ID', message: 'is missing: the skill cannot be checked without it.' }]);
  const endpoint = new URL(settings.SKILL_ENDPOINT);
  const isSafe = endpoint.protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(endpoint.hostname);
  if (!adapter.authenticationIsOff && !isSafe)
    throw new SettingsError([{ variable: 'SKILL_ENDPOINT', message: 'is not https: tokens and customers’ words go there.' }]);
  const conversations = new SkillConversations(options.documents, clock);
  const runTurn = (reference: Partial<ConversationReference>, logic: (context: TurnContext) => Promise<void>) =>
    adapter.runProactiveTurn(reference, logic);
  const lent = new LentConversations({
    conversations,
    client: new SkillClient({
      http: options.http,
      clock,
      endpoint: settings.SKILL_ENDPOINT,
      serviceUrl: `${options.publicUrl}${callbackPath}`,
      token: (audience) => adapter.tokenFor(audience),
      ...(appId !== undefined && { appId }),
    }),
    transcript: options.transcript,
    name: settings.SKILL_NAME,
    words: settings.SKILL_WORDS,
    meansLeave: (said, language) => options.meansLeave(said, language),
    runTurn,
    runBot: (context) => options.runBot(context),
    clock,
    log,
  });
  return {
    around: lent,
    addRoutes: (add) =>
      addSkillCallbacks(add, {
        conversations,
        authenticate: (authorization) => adapter.authenticateSkill(authorization, appId ?? ''),
        runTurn,
        bringBack: (id) => lent.bringBack(id),
        clock,
        log,
      }),
  };
}
