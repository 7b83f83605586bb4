import { takesBotToken } from '../../../../bot/teams/connectorHosts';
import { fileCard } from '../../../../bot/teams/fileCard';
import { teamsFile } from '../../../../bot/teams/teamsFile';
import { filesOf } from '../../../../bot/transcript';
import { teamsProblems } from '../../../../scripts/teams/teamsCardLimits';

const serviceUrl = 'https://smba.trafficmanager.net/emea/';
const pictureUrl = 'https://smba.trafficmanager.net/emea/v3/attachments/0-weu-1/views/original';
const download = (content: unknown, name: unknown = 'contract.PDF') => ({
  contentType: 'application/vnd.microsoft.teams.file.download.info',
  contentUrl: 'https://contoso-my.sharepoint.com/personal/ann/Documents/contract.PDF',
  name,
  content,
});

describe('a file from Teams', () => {
  it('that was attached is read at its download address, with the type its ending tells', () => {
    const content = { downloadUrl: 'https://contoso-my.sharepoint.com/download?tempauth=x', uniqueId: '1', fileType: 'pdf' };
    expect(teamsFile(download(content), serviceUrl)).toEqual({
      name: 'contract.PDF',
      contentType: 'application/pdf',
      url: content.downloadUrl,
    });
  });

  it.each([
    [{ downloadUrl: 'https://x.example/1', fileType: 'xyz' }, 'a.docx', 'application/octet-stream'],
    [{ downloadUrl: 'https://x.example/1' }, 'photo.JPG', 'image/jpeg'],
    [{ downloadUrl: 'https://x.example/1', fileType: 7 }, undefined, 'application/octet-stream'],
  ])('%j named %s is of type %s', (content, name, contentType) => {
    expect(teamsFile(download(content, name ?? 7), serviceUrl)).toMatchObject({ contentType });
  });

  it.each([undefined, null, 'x', {}, { downloadUrl: 7 }])('without a download address is none: %j', (content) => {
    expect(teamsFile(download(content), serviceUrl)).toBeUndefined();
  });

  it('that was pasted needs the bot’s token, but only where the message itself came from', () => {
    const picture = { contentType: 'image/*', contentUrl: pictureUrl };
    expect(teamsFile(picture, serviceUrl)).toEqual({
      name: 'picture.png',
      contentType: 'image/png',
      url: pictureUrl,
      needsBotToken: true,
    });
    expect(
      teamsFile({ ...picture, contentUrl: 'https://evil.example/v3/attachments/1/views/original' }, serviceUrl),
    ).toBeUndefined();
    expect(teamsFile(picture, 'https://other.example/')).toBeUndefined();
  });

  it('is found among what Teams adds, and marked for the token in messages of Teams only', () => {
    const attachments = [
      { contentType: 'image/jpeg', contentUrl: pictureUrl },
      { contentType: 'text/html', content: '<p></p>' },
    ];
    expect(filesOf({ attachments, channelId: 'msteams', serviceUrl })).toEqual([
      { name: 'picture.jpeg', contentType: 'image/jpeg', url: pictureUrl, needsBotToken: true },
    ]);
    expect(filesOf({ attachments, channelId: 'directline', serviceUrl })).toEqual([
      { name: 'file', contentType: 'image/jpeg', url: pictureUrl },
    ]);
  });
});

describe('the bot’s token goes', () => {
  it.each([pictureUrl, 'https://smba.infra.gcc.teams.microsoft.com/v3/attachments/1/views/original'])('to %s', (url) => {
    expect(takesBotToken(url)).toBe(true);
  });

  it.each([
    'http://smba.trafficmanager.net/emea/v3/attachments/1/views/original',
    'https://smba.trafficmanager.net:8443/emea/v3/attachments/1/views/original',
    'https://smba.trafficmanager.net.evil.example/v3/attachments/1/views/original',
    'https://evil.trafficmanager.net/v3/attachments/1/views/original',
    'https://x@smba.trafficmanager.net/v3/attachments/1/views/original',
    'https://smba.trafficmanager.net/emea/v3/conversations/1/activities',
    'https://contoso.sharepoint.com/file',
    'nonsense',
  ])('not to %s', (url) => {
    expect(takesBotToken(url)).toBe(false);
  });
});

describe('an agent’s file in Teams', () => {
  const titles = { open: 'Open file', save: 'Save' };

  it('is a card with a link, and with the picture when it is one', () => {
    const url = 'https://bot.example/files/t/a';
    const card = fileCard({ name: 'a*b.pdf', contentType: 'application/pdf', url }, titles);
    expect(card.content).toEqual({ title: 'a\\*b.pdf', buttons: [{ type: 'openUrl', title: 'Open file', value: url }] });
    expect(fileCard({ name: 'a.png', contentType: 'image/png', url }, titles).content).toMatchObject({ images: [{ url }] });
    expect(teamsProblems(card)).toEqual([]);
  });

  it('can be saved when it is at a link of ours', () => {
    const card = fileCard(
      { name: 'a.pdf', contentType: 'application/pdf', url: 'https://bot.example/files/t/a', token: 't' },
      titles,
    );
    expect(card.content.buttons[1]).toMatchObject({ type: 'messageBack', value: { verb: 'saveFile', file: 't', name: 'a.pdf' } });
    expect(teamsProblems(card)).toEqual([]);
  });
});
