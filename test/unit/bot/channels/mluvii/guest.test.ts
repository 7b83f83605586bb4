import { Guest } from '../../../../../bot/channels/mluvii/guest';
import { type Mailbox, NoAnswer } from '../../../../../bot/channels/mluvii/mailbox';
import { Sessions } from '../../../../../bot/channels/mluvii/session';
import type { WireCommand } from '../../../../../bot/channels/mluvii/wire';
import type { JsonObject } from '../../../../../common/json';
import { silentLog } from '../../../../../common/log';
import samples from '../../../../fixtures/mluvii-chatbot/fromMluvii.json';
import { FakeClock } from '../../../../support/fakeClock';
import { Documents } from './fakes';

const seed = samples as unknown as Record<string, JsonObject>;

function setUp(answers: Record<string, JsonObject | undefined>, settings: { minScore?: number; creates?: boolean } = {}) {
  const sessions = new Sessions(new Documents(), new FakeClock());
  const asked: WireCommand[] = [];
  const mailbox = {
    ask: async (_id: string, command: WireCommand) => {
      asked.push(command);
      const answer = answers[command.activity];
      if (!answer) throw new NoAnswer('GetCallParams');
      return answer;
    },
  } as unknown as Mailbox;
  const guest = new Guest({
    settings: { MLUVII_CHATBOT_CRM_MIN_SCORE: settings.minScore, MLUVII_CHATBOT_CRM_CREATE: settings.creates ?? false },
    mailbox,
    sessions,
    log: silentLog,
  });
  return { guest, sessions, asked };
}

const known = { GetCallParams: seed['GetCallParamsResponse'], GetGuestIdentity: seed['GetGuestIdentityResponse'] };

describe('what mluvii knows of a guest', () => {
  it('is learnt from parameters and identity (seed samples)', async () => {
    const { guest, sessions, asked } = setUp(known);
    await guest.learn('1');
    expect((await sessions.get('1')).facts).toEqual({
      name: 'Test',
      email: 'test@example.com',
      phone: '+420258963147',
      identity: {
        trackedGuestGuid: '09ac8a24-b342-14e5-f1cd-6cdf50c5a25e',
        phoneCallerId: '+420258963147',
        facebookPSID: '1901491179944737',
        facebookPageId: '2',
        whatsAppContactId: '420258963147',
        vkContactId: '3',
        appleContactId: '4',
      },
    });
    expect(asked.map(({ activity }) => activity)).toEqual(['GetCallParams', 'GetGuestIdentity']);
  });

  it('is not needed: what does not come is asked of the customer', async () => {
    const { guest, sessions } = setUp({}, { minScore: 50 });
    await guest.learn('1');
    expect((await sessions.get('1')).facts).toEqual({});
  });

  it('grows by what the guest fills in', async () => {
    const { guest, sessions } = setUp(known);
    await guest.learn('1');
    await guest.note('1', { oo1_guest_ident: 'Another', other: 'x' });
    expect((await sessions.get('1')).facts).toMatchObject({ name: 'Another', email: 'test@example.com' });
  });
});

describe('a contact of the directory', () => {
  const directory = (changes: JsonObject = {}) => ({
    ...known,
    ObtainCrmIdentity: { ...seed['ObtainCrmIdentityResponse'], ...changes } as JsonObject,
    AssignCrmIdentity: seed['AssignCrmIdentityResponse'],
  });

  it('is assigned when its score is high enough (seed samples), and says only what is certain', async () => {
    const { guest, sessions, asked } = setUp(directory(), { minScore: 90 });
    await guest.learn('1');
    expect(asked.at(-1)).toEqual({ activity: 'AssignCrmIdentity', existingCrmIdentityId: 9943973 });
    // It has four e-mail addresses, and its link to Dynamics names no record.
    expect((await sessions.get('1')).facts).toMatchObject({
      crmIdentityId: 9943973,
      email: 'test@example.com',
      phone: '+420258963147',
    });
    expect((await sessions.get('1')).facts.contactId).toBeUndefined();
  });

  it.each([
    [false, undefined],
    [true, null],
  ])('is added only when the settings say so: %s', async (creates, existing) => {
    const { guest, asked } = setUp(directory(), { minScore: 99, creates });
    await guest.learn('1');
    const assigned = asked.find(({ activity }) => activity === 'AssignCrmIdentity');
    expect(assigned?.['existingCrmIdentityId']).toBe(existing);
  });

  it('is left as it is when one is assigned already, and names the contact in Dynamics', async () => {
    const id = '6F6D9C1E-0000-4000-8000-000000000001';
    const url = `https://org.crm4.dynamics.com/main.aspx?pagetype=entityrecord&etn=contact&id=%7B${id}%7D`;
    const matches = [{ crmIdentityId: 7, score: 10, data: { CrmUrl: [url] } }];
    const { guest, sessions, asked } = setUp(directory({ assignedCrmIdentityId: 7, matchedCrmIdentities: matches }), {
      minScore: 90,
    });
    await guest.learn('1');
    expect(asked.map(({ activity }) => activity)).not.toContain('AssignCrmIdentity');
    expect((await sessions.get('1')).facts).toMatchObject({ crmIdentityId: 7, contactId: id.toLowerCase() });
  });
});
