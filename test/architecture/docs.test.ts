import { existsSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../common/packageRoot';
import { skillsFileSchema } from '../../handoff/skills/skill';
import { findGroups } from '../../scripts/envExample';
import { filesIn, textOf } from './sources';

const documents = filesIn().filter((file) => file.endsWith('.md'));
const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
const settings = new Set(findGroups().flatMap(({ schema }) => Object.keys(schema.shape)));
/** Folders of the repository; a path in backticks that begins with one of them is meant to be there. */
const folders =
  /^(?:bot|dialogs|cards|knowledge|handoff|relay|dynamics|store|common|web|sandbox|bench|scripts|test|docs|\.ci)\/[\w./-]*$/;
const families =
  /\b(?:DYNAMICS|EIGHT_BY_EIGHT|LIVE_AGENT|SANDBOX|KNOWLEDGE|SWITCHBOARD|DIRECT_LINE|LINK_SIGNING|OPERATOR)_[A-Z0-9_]*[A-Z0-9]\b/g;

const isThere = (file: string) => existsSync(path.join(packageRoot, file));

function each(pattern: RegExp, find: (match: string, document: string) => string | undefined): string[] {
  return documents.flatMap((document) =>
    [...textOf(document).matchAll(pattern)].flatMap((match) => {
      const wrong = find(match[1] ?? match[0], document);
      return wrong === undefined ? [] : [`${document}: ${wrong}`];
    }),
  );
}

describe('the documents', () => {
  it('link to what is there', () => {
    const wrong = each(/\]\(([^)\s]+)\)/g, (link, document) => {
      if (/^(?:https?:|#)/.test(link)) return undefined;
      const file = path.posix.join(path.posix.dirname(document), link.replace(/#.*$/, ''));
      return isThere(file) ? undefined : link;
    });
    expect(wrong).toEqual([]);
  });

  it('are each linked from the README or the architecture', () => {
    const entrances = `${textOf('README.md')}\n${textOf('docs/architecture.md').replaceAll('](', '](docs/')}`;
    const pages = documents.filter((file) => /^docs\/[\w-]+\.md$/.test(file) && file !== 'docs/architecture.md');
    expect(pages.length).toBeGreaterThan(10);
    expect(pages.filter((file) => !entrances.includes(`](${file}`))).toEqual([]);
  });

  it('name files and folders that are there', () => {
    const wrong = each(/`([^`\s]+)`/g, (text) => (folders.test(text) && !isThere(text) ? text : undefined));
    expect(wrong).toEqual([]);
  });

  it('name scripts that are there', () => {
    const wrong = each(/\bnpm run ([a-z][\w:-]*)/g, (script) => (script in scripts ? undefined : script));
    expect(wrong).toEqual([]);
  });

  it('name settings that are there', () => {
    const wrong = each(families, (name) => (settings.has(name) ? undefined : name));
    expect(wrong).toEqual([]);
  });
});

describe('README.md', () => {
  it('shows a skills file that would be taken', () => {
    const examples = [...textOf('README.md').matchAll(/```json\n([\s\S]*?)```/g)].map((match) => JSON.parse(match[1] ?? ''));
    expect(examples).toHaveLength(1);
    expect(skillsFileSchema.parse(examples[0]).skills).toHaveLength(1);
  });

  it('names everything that production wants', () => {
    const readme = textOf('README.md');
    const wanted = [...settings].filter((name) => {
      const type = findGroups()[0]?.schema.shape[name] as { description?: string } | undefined;
      return /Required (?:in production|but)/.test(type?.description ?? '');
    });
    expect(wanted.length).toBeGreaterThan(2);
    const words: Record<string, string> = { MicrosoftAppTenantId: 'tenant' };
    expect(wanted.filter((name) => !readme.includes(words[name] ?? name))).toEqual([]);
  });
});
