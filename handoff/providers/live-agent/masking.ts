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
    if (pattern) masked = masked.replace(pattern, () => (rule.actionType.toLowerCase() === 'remove' ? '' : rule.replacement));
  }
  return masked;
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
