import { createContext, Script } from 'node:vm';
import type { Log } from '../../../common/log';
import type { WireMaskingRule } from './wire';

/**
 * Applies the org's sensitive data rules to what the customer wrote: the desk leaves that to the client. A rule whose
 * pattern this runtime cannot read is reported and left out.
 */
export function mask(text: string, rules: readonly WireMaskingRule[], log: Log): string {
  let masked = text;
  for (const rule of rules) {
    const pattern = compile(rule, log);
    if (pattern) masked = applyInTime(pattern, masked, rule, log);
  }
  return masked;
}

const longestInMs = 200;
const replace = new Script('text.replace(pattern, () => replacement)');

/** A pattern that some text makes try every way there is would stop the whole process: it is cut off like one that cannot be read. */
function applyInTime(pattern: RegExp, text: string, rule: WireMaskingRule, log: Log): string {
  const replacement = rule.actionType.toLowerCase() === 'remove' ? '' : rule.replacement;
  try {
    return String(replace.runInContext(createContext({ pattern, text, replacement }), { timeout: longestInMs }));
  } catch {
    // Nothing but the time limit stops a replacement.
    log.error('A sensitive data rule takes too long', { rule: rule.name });
    return text;
  }
}

function compile(rule: WireMaskingRule, log: Log): RegExp | undefined {
  try {
    return new RegExp(rule.pattern, 'g');
  } catch {
    // The org's administrator has to correct the pattern; the chat goes on.
    log.error('A sensitive data rule has a pattern that cannot be read', { rule: rule.name });
    return undefined;
  }
}
