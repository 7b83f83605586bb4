import type { JsonObject } from '../../common/json';
import { answerName, escalateName } from './skillRequest';
import { answerResult, answerValue, conversationResult, definitions, escalateResult, escalateValue } from './skillSchemas';

/** Where the manifest is served. */
export const manifestPath = '/manifest/switchboard-skill-2.2.json';
/** The same for builders that know no lists. */
export const flatManifestPath = '/manifest/switchboard-skill-copilot-studio.json';
/** What the schema wants where there is no app id, because callers are not checked. */
const noAppId = '00000000-0000-0000-0000-000000000000';

export interface ManifestFacts {
  /** Without a slash at the end. */
  publicUrl: string;
  /** The app id of the bot; none in a sandbox. */
  appId?: string;
}

/**
 * The skill manifest with which another bot's tools learn what this one can be called for
 * (https://schemas.botframework.com/schemas/skills/v2.2/skill-manifest.json).
 */
export function skillManifest(facts: ManifestFacts): JsonObject {
  return manifest(facts, { escalateValue, escalateResult, answerValue, answerResult, definitions });
}

/**
 * The manifest without lists and objects in what goes in and out, which Copilot Studio does not take
 * (https://learn.microsoft.com/azure/bot-service/skill-pva).
 */
export function flatSkillManifest(facts: ManifestFacts): JsonObject {
  return manifest(facts, {
    escalateValue: flat(escalateValue),
    escalateResult: flat(escalateResult),
    answerValue: flat(answerValue),
    answerResult: flat(answerResult),
    definitions: {},
  });
}

type Shape = { properties: Record<string, JsonObject> };

/** With the members that are a text, a number or a yes or no; what can be more than that is described as a text. */
function flat(shape: JsonObject & Shape): JsonObject {
  const members = Object.entries(shape.properties).flatMap(([name, member]) => {
    const type = flatType(member);
    const { anyOf: _shapes, ...rest } = member;
    return type === undefined ? [] : [[name, { ...rest, type }] as const];
  });
  return { ...shape, properties: Object.fromEntries(members) };
}

function flatType({ type, anyOf }: JsonObject): string | undefined {
  const types = Array.isArray(type)
    ? type
    : [type, ...(Array.isArray(anyOf) ? anyOf.map((one) => (one as JsonObject)['type']) : [])];
  return ['boolean', 'string', 'number'].find((simple) => types.includes(simple));
}

interface Shapes {
  escalateValue: JsonObject;
  escalateResult: JsonObject;
  answerValue: JsonObject;
  answerResult: JsonObject;
  definitions: JsonObject;
}

function manifest({ publicUrl, appId = noAppId }: ManifestFacts, shapes: Shapes): JsonObject {
  return {
    $schema: 'https://schemas.botframework.com/schemas/skills/v2.2/skill-manifest.json',
    $id: 'Switchboard',
    name: 'Switchboard',
    version: '1.0',
    description: 'Answers customers from a knowledge base, and brings in a person of the contact center when one is needed.',
    publisherName: 'Switchboard',
    tags: ['customer service', 'handoff', 'knowledge base'],
    endpoints: [
      {
        name: 'default',
        protocol: 'BotFrameworkV3',
        description: 'The messaging endpoint of the bot.',
        endpointUrl: `${publicUrl}/api/messages`,
        msAppId: appId,
      },
    ],
    activities: {
      [escalateName]: {
        type: 'event',
        name: escalateName,
        description:
          'Hands the customer to a person. What is told is not asked again. The agent writes to the customer until the chat ends; then the outcome comes back.',
        value: shapes.escalateValue,
        resultValue: shapes.escalateResult,
      },
      [answerName]: {
        type: 'event',
        name: answerName,
        description: 'Answers one question from the knowledge base and comes back with the articles.',
        value: shapes.answerValue,
        resultValue: shapes.answerResult,
      },
      message: {
        type: 'message',
        description: 'Talks to the customer in plain words, until the customer says goodbye.',
        resultValue: conversationResult,
      },
    },
    activitiesSent: {
      message: { type: 'message', description: 'What the bot and the agent say.' },
      typing: { type: 'typing' },
      handoffStatus: {
        type: 'event',
        name: 'handoff.status',
        description: 'Each step of a handoff; only for a caller that gave "events": true.',
        value: {
          type: 'object',
          properties: {
            state: { type: 'string', enum: ['queued', 'accepted', 'failed', 'completed'] },
            handoffId: { type: 'string' },
            agentName: { type: 'string' },
          },
          required: ['state', 'handoffId'],
        },
      },
      endOfConversation: { type: 'endOfConversation', description: 'The result stands in its value.' },
    },
    definitions: shapes.definitions,
  };
}
