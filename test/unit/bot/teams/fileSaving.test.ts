import { type Activity, TestAdapter } from 'botbuilder';
import { FileSaving } from '../../../../bot/teams/fileSaving';
import { HttpFailure, type HttpRequest, type HttpResponse } from '../../../../common/http';
import { silentLog } from '../../../../common/log';

const file = Buffer.from('%PDF');
const uploadInfo = {
  name: 'a.pdf',
  uploadUrl: 'https://contoso.sharepoint.com/up',
  contentUrl: 'https://contoso.sharepoint.com/a.pdf',
  uniqueId: 'u',
  fileType: 'pdf',
};

describe('saving an agent’s file', () => {
  let puts: HttpRequest[];
  let passedOn: number;
  let answer: () => number | Promise<number>;
  let isReadable: boolean;
  let adapter: TestAdapter;
  const saving = new FileSaving({
    open: (token) => (token === 'good' ? { from: 'agent' } : undefined),
    async fetch() {
      if (!isReadable) throw new Error('gone');
      return { bytes: file, contentType: 'application/pdf' };
    },
    mayReach: async (url) => url.startsWith('https://contoso.'),
    http: async (request) => {
      puts.push(request);
      return { status: await answer() } as HttpResponse;
    },
    t: (key) => key,
    log: silentLog,
  });

  beforeEach(() => {
    puts = [];
    passedOn = 0;
    answer = () => 201;
    isReadable = true;
    at('msteams');
  });

  function at(channelId: string): void {
    const next = async () => {
      passedOn += 1;
    };
    adapter = new TestAdapter(next, { channelId } as Partial<Activity>);
    adapter.use(saving);
  }

  async function send(activity: Partial<Activity>): Promise<Partial<Activity>[]> {
    adapter.activeQueue.splice(0);
    await adapter.receiveActivity(activity);
    return adapter.activeQueue.splice(0);
  }
  const press = (value: object) => send({ type: 'message', value });
  const consent = (value: object) => send({ type: 'invoke', name: 'fileConsent/invoke', value });
  const accept = (more: object = {}) =>
    consent({ action: 'accept', context: { file: 'good', name: 'a.pdf' }, uploadInfo, ...more });
  const answered = { type: 'invokeResponse', value: { status: 200 } };

  it('asks first, with the size', async () => {
    const [asked] = await press({ verb: 'saveFile', file: 'good', name: 'a.pdf' });
    expect(asked?.attachments).toEqual([
      {
        contentType: 'application/vnd.microsoft.teams.card.file.consent',
        name: 'a.pdf',
        content: {
          description: 'teamsFile.description',
          sizeInBytes: 4,
          acceptContext: { file: 'good', name: 'a.pdf' },
          declineContext: { name: 'a.pdf' },
        },
      },
    ]);
    expect(passedOn).toBe(0);
  });

  it('brings the bytes to the place that Teams names, and shows the file there', async () => {
    const [shown, response] = await accept();
    expect(puts).toEqual([
      expect.objectContaining({
        method: 'PUT',
        url: uploadInfo.uploadUrl,
        body: file,
        headers: { 'content-type': 'application/octet-stream', 'content-range': 'bytes 0-3/4' },
      }),
    ]);
    expect(shown?.attachments).toEqual([
      {
        contentType: 'application/vnd.microsoft.teams.card.file.info',
        name: 'a.pdf',
        contentUrl: uploadInfo.contentUrl,
        content: { uniqueId: 'u', fileType: 'pdf' },
      },
    ]);
    expect(response).toMatchObject(answered);
  });

  it('leaves it at that when the customer declines', async () => {
    expect(await consent({ action: 'decline', context: { name: 'a.pdf' } })).toEqual([expect.objectContaining(answered)]);
    expect(puts).toEqual([]);
  });

  it.each([{ file: 'forged', name: 'a' }, { name: 'a' }, { file: 7, name: 'a' }, { file: 'good' }])(
    'says that there is no such file: %j',
    async (value) => {
      expect(await press({ verb: 'saveFile', ...value })).toEqual([expect.objectContaining({ text: 'teamsFile.gone' })]);
    },
  );

  it('says that the file is gone when its desk no longer has it', async () => {
    isReadable = false;
    expect((await accept())[0]).toMatchObject({ text: 'teamsFile.gone' });
    expect((await press({ verb: 'saveFile', file: 'good', name: 'a' }))[0]).toMatchObject({ text: 'teamsFile.gone' });
  });

  it.each([
    ['is refused', () => 507, {}],
    ['does not get through', () => Promise.reject(new HttpFailure('network')), {}],
    ['is to go to an address inside', () => 201, { uploadInfo: { ...uploadInfo, uploadUrl: 'https://10.0.0.1/up' } }],
    ['has no place', () => 201, { uploadInfo: undefined }],
  ])('says so when the upload %s, and answers all the same', async (_what, reply, more) => {
    answer = reply;
    const [said, response] = await accept(more);
    expect(said).toMatchObject({ text: 'teamsFile.notSaved' });
    expect(response).toMatchObject(answered);
  });

  it.each([
    { type: 'message', text: 'hello' },
    { type: 'message', value: { verb: 'helped' } },
    { type: 'invoke', name: 'adaptiveCard/action', value: {} },
  ])('has nothing to do with %j', async (activity) => {
    expect(await send(activity as Partial<Activity>)).toEqual([]);
    expect(passedOn).toBe(1);
  });

  it('is no button of other channels', async () => {
    at('webchat');
    expect(await press({ verb: 'saveFile', file: 'good', name: 'a' })).toEqual([]);
    expect(passedOn).toBe(1);
  });
});
