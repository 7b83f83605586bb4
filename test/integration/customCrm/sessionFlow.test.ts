import { CrmClient } from '../../../sandbox/ccaip-crm-client/crmClient';
import { type Endpoints, usualEndpoints } from '../../../sandbox/ccaip-crm-client/endpointConfig';
import type { PhoneFormat } from '../../../sandbox/ccaip-crm-client/phoneFormats';
import { beginSession, endSession, type FlowSession } from '../../../sandbox/ccaip-crm-client/sessionFlow';
import { until } from '../../support/fakeClock';
import { type CrmRig, headerValue, startCrmRig } from './crmRig';

let rig: CrmRig;
beforeEach(async () => {
  rig = await startCrmRig();
});
afterEach(async () => {
  expect(rig.standIn.violations).toEqual([]);
  await rig.close();
});

const session = (changes: Partial<FlowSession> = {}): FlowSession => ({
  kind: 'chat',
  id: '135',
  customer: { name: 'Kim Example', phone: '+12223334444' },
  queue: { id: '7678', path: 'Cards / Lost card' },
  ...changes,
});
const clientWith = (endpoints: Partial<Endpoints> = {}) =>
  new CrmClient({
    serviceUrl: `${rig.url()}/custom-crm/v1`,
    headers: { 'x-api-key': headerValue },
    endpoints: { ...usualEndpoints, ...endpoints },
    timeoutInMs: 10_000,
  });

describe('the contact center’s flow', () => {
  it.each<PhoneFormat>(['automatic', 'e164', 'usLocal', 'usLocalStandard', 'international'])(
    'finds the account it made itself, with phone numbers as %s, and works on one record per session',
    async (phoneFormat) => {
      const client = clientWith();
      const flow = { client, phoneFormat, reusesRecords: false };
      const begun = await beginSession(session(), flow);
      await endSession(session(), begun, { rating: 5, feedback: 'great', transcript: 'Kim: hello' }, flow);
      const next = await beginSession(session({ id: '136' }), flow);
      expect(next.accountId).toBe(begun.accountId);
      expect(next.recordId).not.toBe(begun.recordId);
      expect(client.violations).toEqual([]);
      expect(client.calls.filter(({ status }) => status >= 300)).toEqual([]);
      await until('the transcript is in Dynamics', () =>
        rig.standIn.rows('annotations').some((note) => note['filename'] === 'chat-135.txt'),
      );
    },
  );

  it('goes on with an open record where records are used again', async () => {
    const flow = { client: clientWith(), phoneFormat: 'e164' as const, reusesRecords: true };
    const first = await beginSession(session(), flow);
    expect(await beginSession(session({ id: '136' }), flow)).toEqual(first);
  });

  it('creates nothing while Dynamics is down', async () => {
    rig.standIn.mode = 'down';
    const client = clientWith();
    expect(await beginSession(session(), { client, phoneFormat: 'e164', reusesRecords: true })).toEqual({});
    expect(client.calls).toMatchObject([{ endpoint: 'findAccount', isToBeRepeated: true }]);
  });

  it('may be told with every method and container, and with uploads in base64', async () => {
    const client = clientWith({
      findAccount: {
        url: '/accounts/find',
        method: 'POST',
        format: { kind: 'container', type: 'array', name: 'criteria' },
        parameters: { query: '=CONCAT_OR((Phone:equals:{PHONE_NUMBER}), (Email:equals:{EMAIL}))' },
      },
      comment: { url: '/comments', method: 'PUT', parameters: { id: '{RECORD_ID}', comment: '{COMMENT_BODY}' } },
      upload: {
        url: '/attachments',
        method: 'PATCH',
        upload: 'base64',
        format: { kind: 'container', type: 'map', name: 'upload' },
        parameters: { id: '{RECORD_ID}', file: '{FILE_DATA}' },
      },
    });
    const flow = { client, phoneFormat: 'usLocalStandard' as const, reusesRecords: true };
    const ids = await beginSession(session(), flow);
    await endSession(session(), ids, { transcript: 'Kim: hello' }, flow);
    expect(await beginSession(session(), flow)).toEqual(ids);
    expect(client.violations).toEqual([]);
    expect(client.calls.filter(({ status }) => status >= 300)).toEqual([]);
  });
});
