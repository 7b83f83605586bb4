import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { JsonObject } from '../../common/json';
import { packageRoot } from '../../common/packageRoot';

/** What an operator says about the app. */
export interface TeamsAppOptions {
  /** The Microsoft App ID of the bot, a GUID. */
  appId: string;
  /** Id of the app in Teams, a GUID; that of the bot without. */
  teamsAppId?: string;
  /** Host name at which the bot is reached. */
  domain: string;
  /** Replaces the name in every language; at most 30 characters. */
  name?: string;
  /** Raise it with every change of the package. */
  version?: string;
  developer?: string;
  websiteUrl?: string;
  privacyUrl?: string;
  termsUrl?: string;
  /** Whether the app asks for the permission to be told what was read; yes without. Some tenants let nobody install apps that ask. */
  hasReadReceipts?: boolean;
}

/** A file of the package; texts as they are, pictures as bytes. */
export interface PackageFile {
  name: string;
  content: string | Buffer;
}

interface LanguageTexts {
  name: { short: string; full: string };
  description: { short: string; full: string };
  commands: Record<string, { title: string; description: string }>;
}

interface ManifestSource extends JsonObject {
  manifestVersion: string;
  authorization: JsonObject;
  bots: (JsonObject & { commandLists: { scopes: string[]; commands: string[] }[] })[];
}

/** An option that Teams would refuse. */
export class TeamsAppError extends Error {
  override readonly name = 'TeamsAppError';
}

/** The first one is what Teams shows to everybody whose language is not among them. */
export const teamsLanguages = ['en', 'de', 'fr', 'es', 'cs'] as const;
const sources = path.join(packageRoot, 'deploymentTemplates', 'teams');
const guid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const hostName = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i;

/** The texts of a language that the app is shown with. */
export function teamsTexts(language: string): LanguageTexts {
  return read(path.join('languages', `${language}.json`)) as unknown as LanguageTexts;
}

/** Every file of the app package. Throws `TeamsAppError` naming the option that is wrong. */
export function teamsPackageFiles(options: TeamsAppOptions): PackageFile[] {
  check(options);
  const source = read('manifest.json') as ManifestSource;
  const [standard, ...others] = teamsLanguages;
  const json = (name: string, content: JsonObject) => ({ name, content: `${JSON.stringify(content, null, 2)}\n` });
  return [
    json('manifest.json', manifest(source, options, standard, others)),
    ...others.map((language) => json(`${language}.json`, localization(source, options, language))),
    ...['color.png', 'outline.png'].map((name) => ({ name, content: readFileSync(path.join(sources, name)) })),
  ];
}

function manifest(source: ManifestSource, options: TeamsAppOptions, standard: string, others: string[]): JsonObject {
  const texts = named(teamsTexts(standard), options);
  const home = `https://${options.domain}/`;
  const { authorization, ...always } = source;
  return {
    ...always,
    // Teams grants a permission to the Entra application named here. `resource` does nothing for that, and must be there.
    ...(options.hasReadReceipts !== false && { authorization, webApplicationInfo: { id: options.appId, resource: home } }),
    id: options.teamsAppId ?? options.appId,
    version: options.version ?? '1.0.0',
    developer: {
      name: options.developer ?? 'Switchboard',
      websiteUrl: options.websiteUrl ?? home,
      privacyUrl: options.privacyUrl ?? home,
      termsOfUseUrl: options.termsUrl ?? home,
    },
    name: texts.name,
    description: texts.description,
    localizationInfo: {
      defaultLanguageTag: standard,
      additionalLanguages: others.map((language) => ({ languageTag: language, file: `${language}.json` })),
    },
    bots: source.bots.map((bot) => ({
      ...bot,
      botId: options.appId,
      commandLists: bot.commandLists.map(({ scopes, commands }) => ({
        scopes,
        commands: commands.map((command) => ({ ...texts.commands[command] })),
      })),
    })),
    validDomains: [options.domain],
  };
}

/** The texts of another language, by the places at which the manifest has those of the first one. */
function localization(source: ManifestSource, options: TeamsAppOptions, language: string): JsonObject {
  const texts = named(teamsTexts(language), options);
  const commands = source.bots.flatMap((bot, botIndex) =>
    bot.commandLists.flatMap((list, listIndex) =>
      list.commands.flatMap((command, index) => {
        const place = `bots[${botIndex}].commandLists[${listIndex}].commands[${index}]`;
        const { title = '', description = '' } = texts.commands[command] ?? {};
        return [
          [`${place}.title`, title],
          [`${place}.description`, description],
        ];
      }),
    ),
  );
  const version = source.manifestVersion;
  return {
    $schema: `https://developer.microsoft.com/json-schemas/teams/v${version}/MicrosoftTeams.Localization.schema.json`,
    'name.short': texts.name.short,
    'name.full': texts.name.full,
    'description.short': texts.description.short,
    'description.full': texts.description.full,
    ...Object.fromEntries(commands),
  };
}

function named(texts: LanguageTexts, { name }: TeamsAppOptions): LanguageTexts {
  return name === undefined ? texts : { ...texts, name: { short: name, full: name } };
}

function check({ appId, teamsAppId, domain, name, version, ...addresses }: TeamsAppOptions): void {
  if (!guid.test(appId)) throw new TeamsAppError('--app-id must be the Microsoft App ID of the bot, a GUID.');
  if (teamsAppId !== undefined && !guid.test(teamsAppId)) throw new TeamsAppError('--teams-app-id must be a GUID.');
  if (!hostName.test(domain))
    throw new TeamsAppError('--domain must be a host name such as bot.example.com, without https:// or a path.');
  if (name !== undefined && (name.trim() === '' || name.length > 30))
    throw new TeamsAppError('--name must have 1 to 30 characters.');
  if (version !== undefined && !/^\d+\.\d+\.\d+$/.test(version)) throw new TeamsAppError('--version must look like 1.2.3.');
  const { developer, websiteUrl, privacyUrl, termsUrl } = addresses;
  if (developer !== undefined && (developer.trim() === '' || developer.length > 32))
    throw new TeamsAppError('--developer must have 1 to 32 characters.');
  for (const [option, url] of Object.entries({ website: websiteUrl, privacy: privacyUrl, terms: termsUrl }))
    if (url !== undefined && !/^https:\/\/\S+$/.test(url)) throw new TeamsAppError(`--${option} must be an https address.`);
}

function read(file: string): JsonObject {
  return JSON.parse(readFileSync(path.join(sources, file), 'utf8')) as JsonObject;
}
