import { isConfigured, settingsSchema } from '../../../../../handoff/providers/live-agent';
import { prechat } from '../../../../../handoff/providers/live-agent/prechat';
import { toRestUrl } from '../../../../../handoff/providers/live-agent/settings';
import { parseTarget } from '../../../../../handoff/providers/live-agent/target';
import type { HandoffRequest } from '../../../../../handoff/request';

const env = {
  LIVE_AGENT_URL: 'd.la1-c1-fra.salesforceliveagent.com',
  LIVE_AGENT_ORGANIZATION_ID: '00D000000000001EAA',
  LIVE_AGENT_DEPLOYMENT_ID: '572000000000001',
};

describe('the settings', () => {
  it('have defaults, short ids and one form of address', () => {
    expect(settingsSchema.parse({ ...env, LIVE_AGENT_API_VERSION: '', LIVE_AGENT_PRECHAT_FIELDS: '' })).toMatchObject({
      LIVE_AGENT_URL: 'https://d.la1-c1-fra.salesforceliveagent.com/chat/rest',
      LIVE_AGENT_ORGANIZATION_ID: '00D000000000001',
      LIVE_AGENT_API_VERSION: 49,
    });
  });

  it.each([
    ['https://host.example/chat/rest/', 'https://host.example/chat/rest'],
    ['https://host.example/chat', 'https://host.example/chat/rest'],
    [' host.example ', 'https://host.example/chat/rest'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/chat/rest'],
    ['http://host.example', undefined],
    ['ftp://host.example', undefined],
    ['', undefined],
  ])('make of the address %s: %s', (given, expected) => {
    expect(toRestUrl(given)).toBe(expected);
  });

  it.each([
    ['LIVE_AGENT_URL', 'http://host.example'],
    ['LIVE_AGENT_ORGANIZATION_ID', '00D1'],
    ['LIVE_AGENT_DEPLOYMENT_ID', '573000000000001'],
    ['LIVE_AGENT_API_VERSION', '36'],
    ['LIVE_AGENT_PRECHAT_FIELDS', '{"facts":{"nobody":{}}}'],
    ['LIVE_AGENT_PRECHAT_FIELDS', 'not JSON'],
  ])('refuse %s = %s by its name', (name, value) => {
    const parsed = settingsSchema.safeParse({ ...env, [name]: value });
    expect(parsed.error?.issues.map(({ path }) => path[0])).toEqual([name]);
  });

  it('describe every variable', () => {
    for (const field of Object.values(settingsSchema.shape)) expect(field.description).toMatch(/\.$/);
  });

  it('count as meant as soon as one of the three is there', () => {
    expect(isConfigured({})).toBe(false);
    expect(isConfigured({ LIVE_AGENT_URL: ' ' })).toBe(false);
    expect(isConfigured({ LIVE_AGENT_DEPLOYMENT_ID: '572' })).toBe(true);
  });
});

describe('a target', () => {
  it('comes back with short ids', () => {
    const target = {
      buttonId: '573000000000001AAA',
      agentId: '005000000000001AAA',
      fallback: true,
      buttonOverrides: ['005000000000001AAA_573000000000001AAA'],
    };
    expect(parseTarget(target)).toEqual({
      buttonId: '573000000000001',
      agentId: '005000000000001',
      fallback: true,
      buttonOverrides: ['005000000000001_573000000000001'],
    });
  });

  it('names the member that is wrong', () => {
    expect(() => parseTarget({ buttonId: '1' })).toThrow(/buttonId must be a button ID/);
  });
});

describe('the pre-chat data', () => {
  const request: HandoffRequest = {
    id: 'handoff-1',
    target: {},
    skill: 'cards',
    topic: 'Lost card',
    language: 'en-US',
    customer: { id: 'u', email: 'someone@example.com', isAuthenticated: true },
    fields: { 'Card type': 'Debit' },
    channel: 'webchat',
    transcript: [],
    requestedAt: '2026-05-04T10:15:00.000Z',
  };
  const build = (fields: object) =>
    prechat(
      request,
      settingsSchema.parse({ ...env, LIVE_AGENT_PRECHAT_FIELDS: JSON.stringify(fields) }).LIVE_AGENT_PRECHAT_FIELDS,
    );

  it('leaves out what is not known, and has the form that is proven', () => {
    const { prechatDetails, prechatEntities } = build({});
    expect(prechatDetails.map(({ label }) => label)).toEqual([
      'Email',
      'Topic',
      'Skill',
      'Language',
      'Channel',
      'Handoff id',
      'Signed in',
      'Card type',
    ]);
    expect(prechatDetails[0]).toEqual({
      label: 'Email',
      value: 'someone@example.com',
      transcriptFields: [],
      displayToAgent: true,
      entityMaps: [],
    });
    expect(prechatEntities).toEqual([]);
  });

  it('takes labels, transcript fields and records from the settings; a mapped value that is unknown is empty', () => {
    const map = { fieldName: 'Phone', label: 'Telephone', doFind: false, isExactMatch: false, doCreate: true };
    const { prechatDetails, prechatEntities } = build({
      facts: { phone: { label: 'Telephone' }, handoffId: { transcriptFields: ['Handoff__c'], displayToAgent: false } },
      answers: { 'Card type': { transcriptFields: ['Card_Type__c'] } },
      entities: [{ entityName: 'Contact', saveToTranscript: 'ContactId', entityFieldsMaps: [map] }],
    });
    const byLabel = Object.fromEntries(prechatDetails.map((detail) => [detail.label, detail]));
    expect(byLabel['Telephone']).toMatchObject({ value: '' });
    expect(byLabel['Handoff id']).toMatchObject({ transcriptFields: ['Handoff__c'], displayToAgent: false });
    expect(byLabel['Card type']).toMatchObject({ transcriptFields: ['Card_Type__c'] });
    expect(prechatEntities).toEqual([{ entityName: 'Contact', saveToTranscript: 'ContactId', entityFieldsMaps: [map] }]);
  });
});
