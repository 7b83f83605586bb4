import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../../common/json';
import { packageRoot } from '../../../../common/packageRoot';
import { type BareBot, startBareBot } from './bot';

const read = (name: string) =>
  JSON.parse(readFileSync(path.join(packageRoot, 'test', 'fixtures', 'mluvii', name), 'utf8')) as Record<string, JsonObject>;
const requests = read('seedRequests.json');
const answers = read('seedAnswers.json');

/** What answers what was sent, where the name does not say so. */
const answerTo: Record<string, string> = {
  EnableGuestInput: 'GuestInputChangeResponse',
  DisableGuestInput: 'GuestInputChangeResponse',
};
const silent = ['SendGuestOfflineEmail', 'Typing', 'ChatbotOpenFileUploadPrompt', 'Forward', 'HandOff', 'EndConversation'];

describe('the mluvii stand-in and the seed', () => {
  let bot: BareBot;

  beforeEach(async () => {
    bot = await startBareBot();
  });
  afterEach(() => bot.close());

  it.each(Object.entries(requests))('takes the seed’s sample of %s and answers it as the seed does', async (_, sample) => {
    const callParams = { oo1_guest_email: 'ada@example.com', HandoffReason: 'cards' };
    const guest = await bot.standIn.guest.start();
    const { sessionId } = guest;
    // Set afterwards, as the bot would: before, the rules would have led past it.
    await bot.send({ sessionId, activity: 'SetCallParams', callParams });
    await bot.next('SetCallParamsResponse');
    expect(await bot.send({ ...sample, sessionId })).toEqual({ status: 200 });
    const name = typeof sample['activity'] === 'string' ? sample['activity'] : '';
    if (name !== '' && !silent.includes(name)) {
      const response = answerTo[name] ?? `${name}Response`;
      expect(missing(answers[response] ?? {}, await bot.next(response), response)).toEqual([]);
    }
    expect(bot.standIn.violations).toEqual([]);
  });

  it('tells of what guests do as the seed does', async () => {
    const guest = await bot.standIn.guest.start({ language: 'cs', source: 'Default' });
    await guest.click('Button 2');
    await guest.upload('https://files.example.com/photo.png');
    await guest.submit({ oo1_guest_ident: 'Test' });
    await bot.send({ sessionId: guest.sessionId, activity: 'ChatbotOpenFileUploadPrompt' });
    await guest.upload('https://files.example.com/photo.png');
    for (const name of ['Text', 'GuestFileUpload', 'HeroCardSubmission', 'ChatbotOpenFileUploadPromptResponse'])
      expect(missing(answers[name] ?? {}, await bot.next(name), name)).toEqual([]);
  });

  it('has every answer of the seed asked for in these tests', () => {
    const asked = Object.values(requests).map(({ activity }) => answerTo[String(activity)] ?? `${String(activity)}Response`);
    const told = ['Text', 'GuestFileUpload', 'HeroCardSubmission', 'ChatbotOpenFileUploadPromptResponse'];
    expect(Object.keys(answers).filter((name) => !asked.includes(name) && !told.includes(name))).toEqual([]);
  });
});

/** Members of the sample that are not there, or of another kind. Maps of free names are compared as maps. */
function missing(sample: JsonValue, found: JsonValue | undefined, at: string): string[] {
  if (Array.isArray(sample)) {
    if (!Array.isArray(found)) return [`${at} is no list`];
    const [first] = sample;
    return first === undefined || found[0] === undefined ? [] : missing(first, found[0], `${at}[0]`);
  }
  if (isJsonObject(sample)) {
    if (!isJsonObject(found)) return [`${at} is no object`];
    if (/(params|callParams|data)$/.test(at)) return [];
    return Object.entries(sample).flatMap(([name, value]) => missing(value, found[name], `${at}.${name}`));
  }
  return typeof found === typeof sample ? [] : [`${at} is ${typeof found} instead of ${typeof sample}`];
}
