import type { JsonObject } from '../../../common/json';
import type { HandoffRequest } from '../../request';
import { factsOf } from '../../requestFacts';
import { articlesText, transcriptText } from '../../transcriptText';
import { defaultLabels, type Fact, type PrechatEntity, type PrechatSettings } from './prechatSettings';
import type { WireDetail } from './wire';

/** The pre-chat part of `ChasitorInit`: what the agent and the chat transcript record get to know. */
export function prechat(
  request: HandoffRequest,
  settings: PrechatSettings,
): { prechatDetails: WireDetail[]; prechatEntities: JsonObject[] } {
  const mapped = new Set(settings.entities.flatMap((entity) => entity.entityFieldsMaps.map((map) => map.label)));
  const facts = allFactsOf(request, settings.transcriptMaxLength);
  const details: WireDetail[] = [];
  const add = (label: string, value: string, options: { transcriptFields: string[]; displayToAgent: boolean } | undefined) => {
    // A record can only be mapped from a detail that is there, so an unknown value is sent as empty text, never as null.
    if (value === '' && !mapped.has(label)) return;
    const { transcriptFields = [], displayToAgent = true } = options ?? {};
    details.push({ label, value, transcriptFields, displayToAgent, entityMaps: [] });
  };
  for (const fact of Object.keys(defaultLabels) as Fact[]) {
    if (fact === 'articles') {
      // The answers to the skill's own questions come before the two long texts.
      for (const [label, value] of Object.entries(request.fields)) add(label, value, settings.answers[label]);
    }
    const configured = settings.facts[fact];
    add(configured?.label ?? defaultLabels[fact], facts[fact], configured);
  }
  return { prechatDetails: details, prechatEntities: settings.entities.map(toEntity) };
}

function allFactsOf(request: HandoffRequest, transcriptMaxLength: number): Record<Fact, string> {
  return {
    ...factsOf(request),
    articles: articlesText(request.transcript),
    transcript: transcriptText(request.transcript, transcriptMaxLength),
  };
}

function toEntity(entity: PrechatEntity): JsonObject {
  return JSON.parse(JSON.stringify(entity)) as JsonObject;
}
