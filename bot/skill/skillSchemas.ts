import type { JsonObject } from '../../common/json';

/** The shapes of values and results, for the manifest. `skillRequest.ts` reads the values; the tests hold the two together. */
export const definitions = {
  customer: {
    type: 'object',
    description: 'What is known of the customer. What is missing is asked.',
    properties: {
      name: { type: 'string', maxLength: 100 },
      email: { type: 'string', maxLength: 254 },
      phone: { type: 'string', maxLength: 40 },
      contactId: { type: 'string', description: 'Id of the contact in Dynamics 365.' },
      isAuthenticated: { type: 'boolean', description: 'Whether the customer has signed in with you.' },
    },
  },
  transcriptEntry: {
    type: 'object',
    description: 'One thing that was said before. An activity of the Bot Framework will do, too.',
    properties: {
      from: {
        description: 'Who said it: customer, bot or agent, or an account with its role.',
        anyOf: [
          { type: 'string', enum: ['customer', 'user', 'bot', 'agent'] },
          { type: 'object', properties: { role: { type: 'string' } }, required: ['role'] },
        ],
      },
      text: { type: 'string' },
      at: { type: 'string', format: 'date-time' },
      timestamp: { type: 'string', format: 'date-time' },
    },
    required: ['text'],
  },
  article: {
    type: 'object',
    properties: {
      articleId: { type: 'string' },
      number: { type: 'string' },
      title: { type: 'string' },
      summary: { type: 'string' },
      confidence: { type: 'number', minimum: 0, maximum: 1 },
      url: { type: 'string', description: 'Where the customer can read it.' },
    },
    required: ['articleId', 'number', 'title', 'summary', 'confidence'],
  },
} satisfies JsonObject;

const entries = { type: 'array', items: { $ref: '#/definitions/transcriptEntry' } };

export const escalateValue = {
  type: 'object',
  properties: {
    skill: { type: 'string', description: 'The team, by its name in the skills file. Left out: the customer is asked.' },
    topic: { type: 'string', description: 'What it is about. Left out: the last thing the customer said.' },
    language: { type: 'string', description: 'BCP 47, such as en-US.' },
    customer: { $ref: '#/definitions/customer' },
    customerName: { type: 'string', description: 'As customer.name, for builders without objects.' },
    customerEmail: { type: 'string' },
    customerPhone: { type: 'string' },
    transcript: {
      description: 'What was said so far, for the agent: a list, a transcript of the Bot Framework, or a text.',
      anyOf: [
        entries,
        { type: 'object', properties: { activities: entries }, required: ['activities'] },
        { type: 'string', maxLength: 100_000 },
      ],
    },
    fields: {
      type: 'object',
      description: 'Answers to the questions of the team, by the names of the fields; others are shown to the agent as they are.',
      additionalProperties: { type: ['string', 'number'] },
    },
    chatActivityId: { type: 'string', description: 'Your own chat activity in Dynamics 365, to be used instead of a new one.' },
    sourcePageUrl: { type: 'string', format: 'uri' },
    events: { type: ['boolean', 'string'], description: 'true: each step also comes as the event handoff.status.' },
  },
} satisfies JsonObject;

export const answerValue = {
  type: 'object',
  properties: {
    question: { type: 'string', maxLength: 10_000 },
    language: { type: 'string' },
    show: { type: ['boolean', 'string'], description: 'false: nothing is shown to the customer, only the result comes back.' },
  },
  required: ['question'],
} satisfies JsonObject;

export const escalateResult = {
  type: 'object',
  properties: {
    outcome: {
      type: 'string',
      enum: ['agentEnded', 'customerLeft', 'systemEnded', 'nobodyAvailable', 'canceled', 'failed'],
    },
    reason: { type: 'string', description: 'For nobodyAvailable and failed: why.' },
    problem: { type: 'string', description: 'For failed with the reason invalidRequest: what is wrong with the call.' },
    opensAt: { type: 'string', description: 'When the team opens again.' },
    handoffId: { type: 'string' },
    chatActivityId: { type: 'string', description: 'The chat activity in Dynamics 365.' },
    skill: { type: 'string' },
    wasConnected: { type: 'boolean', description: 'Whether an agent had joined.' },
  },
  required: ['outcome'],
} satisfies JsonObject;

export const answerResult = {
  type: 'object',
  properties: {
    outcome: { type: 'string', enum: ['answered', 'notFound', 'failed'] },
    reason: { type: 'string' },
    problem: { type: 'string' },
    found: { type: 'boolean' },
    articles: { type: 'array', items: { $ref: '#/definitions/article' } },
    articleNumber: { type: 'string', description: 'Of the best article; so are the next three.' },
    articleTitle: { type: 'string' },
    articleSummary: { type: 'string' },
    articleUrl: { type: 'string' },
  },
  required: ['outcome'],
} satisfies JsonObject;

export const conversationResult = {
  type: 'object',
  properties: {
    outcome: { type: 'string', enum: ['completed', 'personWanted'] },
    skill: { type: 'string' },
    topic: { type: 'string' },
  },
  required: ['outcome'],
} satisfies JsonObject;
