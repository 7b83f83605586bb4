import { isConfigured } from '../../../handoff/providers/mluvii-transfer';
import { capabilities } from '../../../handoff/providers/mluvii-transfer/capabilities';
import type { MluviiGuest, MluviiStandIn } from '../../../sandbox/mluvii';
import { MluviiRig } from '../../support/mluviiRig';
import { type ChannelCustomer, describeTransferProvider } from './transferSuite';

jest.setTimeout(30_000);

/** A guest who has been greeted by the bot and is now to be handed over. */
async function customerOf({ guest }: MluviiStandIn): Promise<ChannelCustomer> {
  const inSession: MluviiGuest = await guest.start({ language: 'en' });
  await inSession.sees(({ text }) => text.includes('virtual assistant'));
  await inSession.sees(({ cards }) => cards !== undefined);
  return {
    request: {
      id: 'h1',
      target: {},
      skill: 'cards',
      topic: 'Card was swallowed',
      language: 'en-US',
      customer: { id: `guest-${inSession.sessionId}`, name: 'Ada Example', email: 'ada@example.com', isAuthenticated: false },
      fields: { 'Card type': 'Debit' },
      chatActivityId: '6f6d9c1e-0000-4000-8000-000000000001',
      channel: 'mluvii',
      transcript: [{ at: '2026-05-04T10:14:00.000Z', from: 'customer', text: 'The machine kept my card' }],
      requestedAt: '2026-05-04T10:15:00.000Z',
    },
    holder: () => {
      const place = inSession.place();
      return place === 'bot' ? 'bot' : place === 'queue' || place === 'operator' ? 'desk' : 'other';
    },
    details: () => inSession.callParams(),
  };
}

describeTransferProvider(
  'mluvii-transfer',
  async () => {
    const rig = await MluviiRig.start({ env: { MLUVII_CHATBOT_READ_GUEST: 'false' } });
    const { mluvii } = rig;
    return {
      provider: rig.provider,
      desk: mluvii.desk,
      faults: mluvii.faults,
      violations: mluvii.violations,
      lines: rig.lines,
      badTargets: [{ queue: 'cards' }, { forward: {} }, { groupIds: [] }, { groupIds: ['11'] }, { reason: '' }],
      // Parameters are set and availability is asked by the same address.
      requests: { give: '/api/v1/Chatbot/', beforehand: 2 },
      answers: {
        unauthorized: { status: 403 },
        rateLimited: { status: 429, headers: { 'retry-after': '30' } },
        outage: { status: 503 },
      },
      customer: () => customerOf(mluvii),
      close: () => rig.stop(),
    };
  },
  { capabilities },
);

it('is there exactly when the channel is', () => {
  expect(isConfigured({ MLUVII_CHATBOT_ID: '7' })).toBe(true);
  expect(isConfigured({ MLUVII_CHATBOT_DIRECT_LINE: 'true' })).toBe(true);
  expect(isConfigured({ MLUVII_CHATBOT_DIRECT_LINE: 'false' })).toBe(false);
});
