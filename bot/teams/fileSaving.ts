import { ActivityTypes, type Attachment, type Middleware, type TurnContext } from 'botbuilder';
import type { HttpClient } from '../../common/http';
import { isJsonObject, type JsonObject, wordIn } from '../../common/json';
import { errorCode, type Log } from '../../common/log';
import type { FetchedFile } from '../../handoff/provider';

/** Verb of the button that puts an agent's file into the customer's OneDrive. */
export const saveFileVerb = 'saveFile';
export const consentCardType = 'application/vnd.microsoft.teams.card.file.consent';
export const fileInfoCardType = 'application/vnd.microsoft.teams.card.file.info';

/** Teams gives up on an invoke after some seconds, and later turns of the conversation wait for this one. */
const withinInMs = 15_000;

export interface FileSavingDependencies {
  /** What a token of one of our file links stands for; undefined when it is forged or has expired. */
  open(token: string): JsonObject | undefined;
  /** The bytes behind it. Throws `HandoffError`. */
  fetch(reference: JsonObject, signal: AbortSignal): Promise<FetchedFile>;
  /** Whether an address that a client named may be called. */
  mayReach(url: string): Promise<boolean>;
  http: HttpClient;
  t(key: string, locale: string | undefined, params?: Record<string, string>): string;
  log: Log;
}

/**
 * Puts an agent's file into the OneDrive of a customer in Teams, when they ask for it: a consent card, then the upload to the
 * place that Teams names (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4). No desk and no dialog
 * sees these turns.
 */
export class FileSaving implements Middleware {
  constructor(private readonly deps: FileSavingDependencies) {}

  async onTurn(context: TurnContext, next: () => Promise<void>): Promise<void> {
    const { type, name, channelId } = context.activity;
    const value: unknown = context.activity.value;
    if (channelId !== 'msteams' || !isJsonObject(value)) return next();
    if (type === ActivityTypes.Message && value['verb'] === saveFileVerb) return this.askForConsent(context, value);
    if (type === ActivityTypes.Invoke && name === 'fileConsent/invoke') return this.onConsent(context, value);
    return next();
  }

  private async askForConsent(context: TurnContext, { file, name }: JsonObject): Promise<void> {
    const fetched = await this.read(file);
    if (!fetched || typeof name !== 'string') return this.say(context, 'teamsFile.gone');
    const consent: Attachment = {
      contentType: consentCardType,
      name,
      content: {
        description: this.deps.t('teamsFile.description', context.activity.locale),
        sizeInBytes: fetched.bytes.length,
        acceptContext: { file, name },
        declineContext: { name },
      },
    };
    await context.sendActivity({ type: ActivityTypes.Message, attachments: [consent] });
  }

  private async onConsent(context: TurnContext, value: JsonObject): Promise<void> {
    if (value['action'] === 'accept') await this.upload(context, value);
    await this.removeConsentCard(context);
    await context.sendActivity({ type: ActivityTypes.InvokeResponse, value: { status: 200 } });
  }

  private async upload(context: TurnContext, value: JsonObject): Promise<void> {
    const asked = isJsonObject(value['context']) ? value['context'] : {};
    const place = isJsonObject(value['uploadInfo']) ? value['uploadInfo'] : {};
    const fetched = await this.read(asked['file']);
    if (!fetched) return this.say(context, 'teamsFile.gone');
    if (!(await this.put(wordIn(place['uploadUrl']), fetched.bytes))) return this.say(context, 'teamsFile.notSaved');
    const { name, contentUrl, uniqueId, fileType } = place;
    const info = {
      contentType: fileInfoCardType,
      name: wordIn(name, wordIn(asked['name'], 'file')),
      contentUrl: wordIn(contentUrl),
      content: { uniqueId, fileType },
    };
    await context.sendActivity({ type: ActivityTypes.Message, attachments: [info] });
  }

  private async read(token: unknown): Promise<FetchedFile | undefined> {
    const reference = typeof token === 'string' ? this.deps.open(token) : undefined;
    if (!reference) return undefined;
    try {
      return await this.deps.fetch(reference, AbortSignal.timeout(withinInMs));
    } catch (error) {
      this.deps.log.info('a file to be saved could not be read', { code: errorCode(error) });
      return undefined;
    }
  }

  private async put(url: string, bytes: Buffer): Promise<boolean> {
    const { http, log } = this.deps;
    try {
      if (!(await this.deps.mayReach(url))) throw new Error('the place for the upload is not allowed');
      const headers = {
        'content-type': 'application/octet-stream',
        'content-range': `bytes 0-${bytes.length - 1}/${bytes.length}`,
      };
      const call = { method: 'PUT', url, headers, body: bytes, timeoutInMs: withinInMs, publicOnly: true } as const;
      const { status } = await http(call);
      if (status === 200 || status === 201) return true;
      log.info('a file was not taken by the customer’s store', { status });
    } catch (error) {
      log.info('a file could not be brought to the customer’s store', { code: errorCode(error) });
    }
    return false;
  }

  /** A card that was answered has done its work. Best effort. */
  private async removeConsentCard(context: TurnContext): Promise<void> {
    const { replyToId } = context.activity;
    if (!replyToId) return;
    try {
      await context.deleteActivity(replyToId);
    } catch (error) {
      this.deps.log.debug('an answered consent card stays', { code: errorCode(error) });
    }
  }

  private async say(context: TurnContext, key: string): Promise<void> {
    await context.sendActivity({ type: ActivityTypes.Message, text: this.deps.t(key, context.activity.locale) });
  }
}
