import { noticeText } from '../../bot/handoff/noticeText';
import { createTexts, shippedTexts, type TextTree } from '../../bot/texts';
import type { HandoffNotice } from '../../relay/delivery';
import { productSources, textOf } from './sources';

const keys = keysOf(shippedTexts['en'] as TextTree).map((key) => key.replace(/_(?:one|other)$/, ''));
const sources = productSources
  .filter((file) => /^(?:bot|dialogs)\//.test(file) && file.endsWith('.ts'))
  .map((file) => textOf(file));

/** Every notice there can be, as far as its words differ. */
const notices: HandoffNotice[] = [
  { kind: 'queued' },
  { kind: 'queued', position: 2, estimatedWaitSeconds: 90 },
  { kind: 'agentJoined' },
  { kind: 'agentJoined', agentName: 'Ada' },
  { kind: 'transferred' },
  { kind: 'transferred', to: 'Cards' },
  { kind: 'agentLeft' },
  { kind: 'paused' },
  { kind: 'reminder' },
  { kind: 'reminder', endsInMs: 600_000 },
  { kind: 'nextRoute' },
  { kind: 'fileRequested' },
  ...(['received', 'failed', 'canceled'] as const).map((outcome) => ({ kind: 'fileTransferred', outcome }) as const),
  { kind: 'undelivered', count: 1, messages: [{ id: '1', text: 'Hello' }], canRetry: true },
  ...(['agent', 'customer', 'system'] as const).flatMap((by) =>
    [true, false].map((wasConnected) => ({ kind: 'ended', by, wasConnected }) as const),
  ),
  ...(['inactive', 'timedOut'] as const).map((reason) => ({ kind: 'ended', by: 'system', reason, wasConnected: true }) as const),
  ...(['noAgentAvailable', 'closed', 'rejected', 'timedOut', 'error'] as const).map(
    (reason) => ({ kind: 'failed', reason }) as const,
  ),
];

describe('the customer’s texts', () => {
  it('have words for every notice, and no words for others', () => {
    const texts = createTexts();
    const asked = new Set<string>();
    const noting: Pick<typeof texts, 't'> = {
      t(key, language, values) {
        asked.add(key);
        return texts.t(key, language, values);
      },
    };
    const written = notices.map((notice) => noticeText(notice, noting, 'en'));
    expect(written.filter((text) => !text || /{{|undefined/.test(text))).toEqual([]);
    const unasked = keys.filter((key) => key.startsWith('notice.') && !asked.has(key));
    expect(unasked.filter((key) => !sources.some((text) => text.includes(`'${key}'`)))).toEqual([]);
  });

  it('are all read by somebody', () => {
    const named = new Set(sources.flatMap((text) => [...text.matchAll(/'([a-z]\w*(?:\.\w+)+)'/g)].map((match) => match[1])));
    const prefixes = sources.flatMap((text) => [...text.matchAll(/`((?:[a-z]\w*\.)+)\${/g)].map((match) => match[1] ?? ''));
    expect(keys.filter((key) => !named.has(key) && !prefixes.some((prefix) => key.startsWith(prefix)))).toEqual([]);
  });

  it('exist wherever a key is put together', () => {
    const prefixes = sources.flatMap((text) => [...text.matchAll(/texts?(?:\.\w+)?\([^`'"()]*`((?:[a-z]\w*\.)+)\${/g)]);
    const sections = prefixes.map((match) => match[1] ?? '');
    expect(sections.length).toBeGreaterThan(2);
    expect(sections.filter((section) => !keys.some((key) => key.startsWith(section)))).toEqual([]);
  });
});

function keysOf(tree: TextTree, prefix = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' || Array.isArray(value) ? [`${prefix}${key}`] : keysOf(value as TextTree, `${prefix}${key}.`),
  );
}
