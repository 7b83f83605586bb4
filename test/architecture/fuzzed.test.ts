import { targets } from '../fuzz/targets';
import { filesIn, importsOf, productSources, textOf } from './sources';

/** What code has that takes apart what came from outside. */
const signs =
  /\bparseJson\(|JSON\.parse\(|afeParse\(|parseExactly\(|decodeURI|'base64|sanitizeHtml\(|parseRetryAfter\(|isJsonObject\(|matchAll\(|\.exec\(|URLSearchParams\(/;

/** Files with a sign that no target reaches, by why that is so. A new parser belongs into `test/fuzz/targets`, or here with its reason. */
const reasons: Record<string, RegExp[]> = {
  'reads what this product wrote itself, in its own database, file or link': [
    /^store\//,
    /^bot\/(?:botStorage|transcriptText)\.ts$/,
    /^bot\/channels\/mluvii\/mailbox\.ts$/,
    /^bot\/parent\/skillConversations\.ts$/,
    /^customCrm\/(?:files\/fileSpool|intake\/sessionCourse|intake\/sessionIntake|endpoints\/facts)\.ts$/,
    /^dynamics\/ledger\//,
    /^relay\/operating\//,
    /^cards\/(?:articlesOf|teamsCard)\.ts$/,
    /^bot\/server\/operatorFleet\.ts$/,
  ],
  'reads settings and files of the operator (settings themselves are a target), or of the machine': [
    /^bot\/settings\//,
    /^handoff\/providers\/mluvii-transfer\/target\.ts$/,
    /^bot\/(?:instanceName|app)\.ts$/,
    /^bot\/telemetry\//,
    /^customCrm\/index\.ts$/,
    /^dynamics\/tokenNetwork\.ts$/,
  ],
  'only hands on what the parsers of the list read; the whole of it is sent hostile bodies by test/integration/security/routes.test.ts':
    [
      /^bot\/server\/(?:agentHostRoutes|customCrmRoutes|customerPage|operatorQueues|readBody|staticFile|webTokens|webhookRoute)\.ts$/,
      /^bot\/channels\/mluvii\/(?:callback|arrivals|index)\.ts$/,
      /^bot\/parent\/skillCallbacks\.ts$/,
      /^customCrm\/(?:intake\/routes|endpoints\/attachments)\.ts$/,
    ],
  'reads answers of a service whose address the settings name, member by member; faults are injected by test/integration': [
    /^bot\/channels\/mluvii\/(?:apiTransport|directLineTransport|tokens)\.ts$/,
    /^dynamics\/gateway\.ts$/,
  ],
  'makes texts and cards for outside, reads nothing': [/^bot\/channels\/mluvii\/encode\.ts$/],
};

/** Everything the targets run, followed by imports. */
function reached(): Set<string> {
  const known = new Set<string>(productSources);
  const seen = new Set<string>();
  const todo = filesIn('test/fuzz').filter((file) => file.endsWith('.ts') && !file.includes('readAnySettings'));
  for (let file = todo.pop(); file !== undefined; file = todo.pop()) {
    for (const { target, isRelative, isTypeOnly } of importsOf(file)) {
      const found = [`${target}.ts`, `${target}/index.ts`].find((candidate) => known.has(candidate));
      if (!isRelative || isTypeOnly || found === undefined || seen.has(found)) continue;
      seen.add(found);
      todo.push(found);
    }
  }
  return seen;
}

describe('the list of fuzzed parsers', () => {
  const ours = productSources.filter((file) => file.endsWith('.ts') && !/^(?:sandbox|web)\//.test(file));
  const parsing = ours.filter((file) => signs.test(textOf(file)));
  const run = reached();

  it('reaches every file that takes apart what comes from outside, or says why not', () => {
    const all = Object.values(reasons).flat();
    const forgotten = parsing.filter((file) => !run.has(file) && !all.some((pattern) => pattern.test(file)));
    expect(forgotten).toEqual([]);
    expect(parsing.filter((file) => run.has(file)).length).toBeGreaterThan(100);
  });

  it('gives no reason that nothing needs', () => {
    const missed = parsing.filter((file) => !run.has(file));
    const idle = Object.values(reasons)
      .flat()
      .filter((pattern) => !missed.some((file) => pattern.test(file)));
    expect(idle).toEqual([]);
  });

  it('names each target once', () => {
    const names = targets.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
