import { type Clock, isoTime } from '../../common/clock';
import type { JsonObject } from '../../common/json';
import type { Log } from '../../common/log';
import { plainWords } from '../../common/plainWords';
import { HandoffError } from '../errors';
import type { Availability } from '../provider';
import type { ProviderRegistry } from '../registry';
import { isOpenAt, nextOpening } from './openingHours';
import { baseLanguage, inLanguage, type Skill } from './skill';

/** A skill in one language, as dialogs show it. */
export interface SkillView {
  name: string;
  title: string;
  description?: string;
  words: string[];
  fields: { name: string; label: string; kind: 'text' | 'multiline' | 'choice'; choices?: string[]; required: boolean }[];
}

export interface SkillAvailability {
  available: boolean;
  estimatedWaitSeconds?: number;
  reason?: 'closed' | 'noAgents';
  /** ISO time of the next opening, when closed. */
  opensAt?: string;
  /** The first desk that is available takes the channel itself over: the customer cannot come back by a word to us. */
  handsOver?: true;
}

const checkTimeoutInMs = 4_000;

/** What customers can be handed to. */
export class EscalationSkills {
  private orders: { isSwitchedOff(desk: string): boolean } | undefined;

  constructor(
    private readonly skills: readonly Skill[],
    private readonly deps: { registry: ProviderRegistry; clock: Clock; log: Log },
  ) {}

  /** From now on, desks that operators have switched off count as desks without agents. */
  heed(orders: { isSwitchedOff(desk: string): boolean }): void {
    this.orders = orders;
  }

  list(language: string): SkillView[] {
    return this.skills.map((skill) => ({
      name: skill.name,
      title: inLanguage(skill.title, language),
      ...(skill.description && { description: inLanguage(skill.description, language) }),
      words: wordsOf(skill, language),
      fields: skill.fields.map(({ label, choices, ...field }) => ({
        ...field,
        label: inLanguage(label, language),
        ...(choices && { choices: choices.map((choice) => inLanguage(choice, language)) }),
      })),
    }));
  }

  /** The routes of a skill that customers of this channel can take, in order; empty for an unknown skill. */
  routes(name: string, channel?: string): { provider: string; target: JsonObject; acceptWithinInMs: number }[] {
    const skill = this.skills.find((candidate) => candidate.name === name);
    return this.routesFor(skill, channel).map((route) => ({
      provider: route.provider,
      target: route.target as JsonObject,
      acceptWithinInMs: route.acceptWithinSeconds * 1000,
    }));
  }

  /** The skill whose words the text names; with several, the one with the longest match. */
  match(text: string, language: string): string | undefined {
    const padded = ` ${plainWords(text)} `;
    let best: { name: string; length: number } | undefined;
    for (const skill of this.skills) {
      for (const word of wordsOf(skill, language)) {
        const normalized = plainWords(word);
        if (normalized.length > (best?.length ?? 0) && padded.includes(` ${normalized} `)) {
          best = { name: skill.name, length: normalized.length };
        }
      }
    }
    return best?.name;
  }

  /**
   * Whether somebody can take the chat now: within opening hours and at least one route available. A desk that
   * cannot be asked counts as available: its own answer to the handoff decides, and the customer is told the truth then.
   */
  async availability(name: string, language: string, channel?: string): Promise<SkillAvailability> {
    const skill = this.skills.find((candidate) => candidate.name === name);
    if (!skill) return { available: false, reason: 'noAgents' };
    const now = this.deps.clock.now();
    if (skill.hours && !isOpenAt(skill.hours, now)) {
      const opensAt = nextOpening(skill.hours, now);
      return { available: false, reason: 'closed', ...(opensAt !== undefined && { opensAt: isoTime(opensAt) }) };
    }
    const routes = this.routesFor(skill, channel);
    const answers = await Promise.all(routes.map((route) => this.check(route.provider, route.target as JsonObject, language)));
    const index = answers.findIndex((answer) => answer.available);
    const first = answers[index];
    if (first)
      return {
        available: true,
        ...(this.handsOver(routes[index]?.provider) && { handsOver: true }),
        ...(first.estimatedWaitSeconds !== undefined && { estimatedWaitSeconds: first.estimatedWaitSeconds }),
      };
    return { available: false, reason: answers.every((answer) => answer.reason === 'closed') ? 'closed' : 'noAgents' };
  }

  private handsOver(provider: string | undefined): boolean {
    return provider !== undefined && this.deps.registry.find(provider)?.capabilities.mode === 'transfer';
  }

  /** A desk that serves certain channels only is no route for customers of others. */
  private routesFor(skill: Skill | undefined, channel: string | undefined): Skill['routes'] {
    return (skill?.routes ?? []).filter(({ provider }) => {
      const channels = this.deps.registry.find(provider)?.channels;
      return channel === undefined || channels === undefined || channels.includes(channel);
    });
  }

  private async check(provider: string, target: JsonObject, language: string): Promise<Availability> {
    if (this.orders?.isSwitchedOff(provider)) return { available: false, reason: 'noAgents' };
    const found = this.deps.registry.find(provider);
    if (!found?.checkAvailability) return { available: found !== undefined };
    try {
      return await found.checkAvailability(target, language, AbortSignal.timeout(checkTimeoutInMs));
    } catch (error) {
      if (!(error instanceof HandoffError)) throw error;
      this.deps.log.warn('availability check failed', { provider, code: error.code, detail: error.detail ?? null });
      return { available: true };
    }
  }
}

function wordsOf(skill: Skill, language: string): string[] {
  return skill.words[language] ?? skill.words[baseLanguage(language)] ?? skill.words['en'] ?? [];
}
