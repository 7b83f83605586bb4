import { createTexts } from '../../../../bot/texts';
import { CommandWords } from '../../../../dialogs/words';
import { packageProblems } from '../../../../scripts/teams/checkPackage';
import { type TeamsAppOptions, teamsLanguages, teamsPackageFiles, teamsTexts } from '../../../../scripts/teams/manifest';

const options: TeamsAppOptions = { appId: '11111111-2222-4333-8444-555555555555', domain: 'bot.example.com' };
const read = (more: Partial<TeamsAppOptions> = {}) => {
  const files = new Map(teamsPackageFiles({ ...options, ...more }).map(({ name, content }) => [name, content]));
  return { files, json: (name: string) => JSON.parse(String(files.get(name))) };
};

describe('the Teams app package', () => {
  it('names the bot, its host and all languages', () => {
    const { files, json } = read();
    expect([...files.keys()]).toEqual(['manifest.json', 'de.json', 'fr.json', 'es.json', 'cs.json', 'color.png', 'outline.png']);
    expect(json('manifest.json')).toMatchObject({
      id: options.appId,
      version: '1.0.0',
      bots: [{ botId: options.appId, supportsFiles: true, scopes: ['personal', 'team', 'groupChat'] }],
      validDomains: ['bot.example.com'],
      developer: { websiteUrl: 'https://bot.example.com/' },
    });
  });

  it('carries the operator’s name in every language', () => {
    const { json } = read({ name: 'Contoso', teamsAppId: 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee' });
    expect(json('manifest.json')).toMatchObject({
      id: 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee',
      bots: [{ botId: options.appId }],
      name: { short: 'Contoso', full: 'Contoso' },
    });
    for (const language of teamsLanguages.slice(1)) expect(json(`${language}.json`)['name.short']).toBe('Contoso');
  });

  it('asks to be told what was read, for the bot’s own Entra application', () => {
    const manifest = read({ teamsAppId: 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee' }).json('manifest.json');
    expect(manifest.authorization.permissions.resourceSpecific).toEqual([
      { name: 'ChatMessageReadReceipt.Read.Chat', type: 'Application' },
    ]);
    expect(manifest.webApplicationInfo).toEqual({ id: options.appId, resource: 'https://bot.example.com/' });
    const without = read({ hasReadReceipts: false }).json('manifest.json');
    expect(Object.keys(without)).not.toEqual(expect.arrayContaining(['authorization']));
    expect(without.webApplicationInfo).toBeUndefined();
  });

  it('is whole: icons of the right size, every translated text in its place', () => {
    expect(packageProblems(teamsPackageFiles(options), () => [])).toEqual([]);
  });

  it('is found faulty when a part is missing or wrong', () => {
    const files = teamsPackageFiles(options);
    const without = (name: string) =>
      packageProblems(
        files.filter((file) => file.name !== name),
        () => [],
      );
    expect(without('color.png')).toEqual([expect.stringContaining('color.png')]);
    expect(without('cs.json')).toEqual(['cs.json: is not translated']);
    const odd = files.map((file) =>
      file.name === 'de.json' ? { ...file, content: '{"name.long":"x","description.full":"y"}' } : file,
    );
    expect(packageProblems(odd, () => [])).toEqual(['de.json: name.long is nowhere in the manifest']);
    expect(packageProblems(files, () => ['wrong'])).toHaveLength(teamsLanguages.length);
  });

  it.each(teamsLanguages)('offers commands that the bot understands, in %s', (language) => {
    const words = new CommandWords(createTexts());
    const { commands, name, description } = teamsTexts(language);
    for (const [command, { title }] of Object.entries(commands)) expect(words.match(title, language)).toBe(command);
    expect(name.short.length).toBeLessThanOrEqual(30);
    expect(description.short.length).toBeLessThanOrEqual(80);
  });

  it.each([
    [{ appId: 'x' }, /--app-id/],
    [{ teamsAppId: 'x' }, /--teams-app-id/],
    [{ domain: 'https://bot.example.com' }, /--domain/],
    [{ domain: 'localhost' }, /--domain/],
    [{ name: 'x'.repeat(31) }, /--name/],
    [{ name: ' ' }, /--name/],
    [{ version: '1' }, /--version/],
    [{ developer: 'x'.repeat(33) }, /--developer/],
    [{ privacyUrl: 'http://example.com' }, /--privacy/],
  ])('refuses %j', (more, message) => {
    expect(() => teamsPackageFiles({ ...options, ...more })).toThrow(message);
  });
});
