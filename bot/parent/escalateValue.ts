import type { JsonObject } from '../../common/json';
import type { Turn } from '../../dialogs/turn';
import type { TranscriptEntry } from '../../handoff/request';

/** Bots take bodies of 256 KB; the newest things said matter most. */
const maxCharacters = 60_000;

/** What the skill is told with `escalate`: everything known, so that nobody is asked again. */
export function escalateValue(
  turn: Turn,
  topic: string | undefined,
  chatActivityId: string | undefined,
  said: readonly TranscriptEntry[],
): JsonObject {
  const { data, customer, identity, language } = turn;
  return {
    ...(topic !== undefined && { topic }),
    language,
    customer: { ...customer, ...identity },
    transcript: transcriptOf(said),
    ...(chatActivityId !== undefined && { chatActivityId }),
    ...(data.sourcePageUrl !== undefined && { sourcePageUrl: data.sourcePageUrl }),
  };
}

function transcriptOf(said: readonly TranscriptEntry[]): JsonObject[] {
  const kept: JsonObject[] = [];
  let left = maxCharacters;
  for (const { from, at, text, articles = [] } of said.toReversed()) {
    const lines = [text, ...articles.map(({ number, title }) => `${number} ${title}`)].filter((line) => line !== '').join('\n');
    if (lines === '') continue;
    left -= lines.length;
    if (left < 0) break;
    kept.unshift({ from, at, text: lines });
  }
  return kept;
}
