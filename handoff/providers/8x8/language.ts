/** The codes the desk routes by; a region is kept for Chinese only. */
const CODES = new Set('en ru de ja es fr pt it pl hr nl ar da ko no sv vi cy th'.split(' '));

/** Reduces a BCP 47 tag to a code the desk knows; undefined when it knows none, and its default holds. */
export function toLanguageCode(tag: string): string | undefined {
  const [language = '', ...rest] = tag.trim().replaceAll('_', '-').toLowerCase().split('-');
  if (language === 'zh') return rest.some((part) => ['tw', 'hk', 'mo', 'hant'].includes(part)) ? 'zh-TW' : 'zh-CN';
  if (language === 'nb' || language === 'nn') return 'no';
  return CODES.has(language) ? language : undefined;
}
