import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc, { type Arbitrary } from 'fast-check';
import type { JsonValue } from '../../common/json';
import { packageRoot } from '../../common/packageRoot';

/** Names and values that trip up code which takes objects for dictionaries, numbers for lengths, or text for code. */
export const hostileWords = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'then',
  'toJSON',
  'null',
  'undefined',
  'NaN',
  'Infinity',
  '-1',
  '0',
  '1e999',
  '99999999999999999999',
  '',
  ' ',
  '\0',
  '\ud800',
  '\udc00x',
  '\u202e',
  '\ufeff',
  'ﷺ',
  '👩‍👩‍👧‍👦',
  `$${'{title}'}`,
  '{{name}}',
  `$${'{json(stringify($root))}'}`,
  '%00',
  '%E0%A4%A',
  '../../etc/passwd',
  'javascript:alert(1)',
  'data:text/html,<script>',
  'http://127.0.0.1/',
  'https://a.example/x?y=z#w',
  '2026-01-05T09:00:00Z',
  '+275760-09-13T00:00:00.001Z',
  '-271821-04-19T23:59:59.999Z',
  '9999-99-99',
  "' or 1 eq 1",
  '\r\nSet-Cookie: a=b',
] as const;

const pieces = [
  ...hostileWords,
  ...['<', '>', '</', '<a', '<a href="', "<a href='https:", '">', "'>", '<!--', '-->', '<script>', '</script>', '<br/>', '<p>'],
  ...['&', '&amp;', '&#', '&#x110000;', '&#55296;', '&#0;', '&toString;', '&constructor;', ';', '"', "'", '\\', '`', '```\n'],
  ...[
    '[',
    ']',
    '](',
    ')',
    '![',
    '*',
    '**',
    '_',
    '__',
    '~~',
    '#',
    '# ',
    '> ',
    '- ',
    '1. ',
    '\n',
    '\r\n',
    '\r',
    '\t',
    '|',
    ':',
    ',',
  ],
  ...[
    'data: ',
    'event: ',
    'id: ',
    '{',
    '}',
    '{"',
    '":',
    '=?utf-8?B?',
    '?=',
    '=\r\n',
    '--b',
    '--b--',
    '\r\n\r\n',
    'Content-Type: ',
  ],
];

/** Any text: of all characters, of single words, or of pieces of markup put together. */
export const hostileText: Arbitrary<string> = fc.oneof(
  { arbitrary: fc.array(fc.constantFrom(...pieces), { maxLength: 24 }).map((parts) => parts.join('')), weight: 4 },
  { arbitrary: fc.string({ unit: 'binary', maxLength: 60 }), weight: 2 },
  { arbitrary: fc.string({ unit: 'grapheme', maxLength: 60 }), weight: 1 },
  { arbitrary: fc.constantFrom(...hostileWords), weight: 1 },
  {
    arbitrary: fc.tuple(fc.constantFrom(...pieces), fc.integer({ min: 1, max: 400 })).map(([piece, n]) => piece.repeat(n)),
    weight: 1,
  },
);

/** Text of these pieces of a format, with hostile ones among them. */
export function textOf(...own: readonly string[]): Arbitrary<string> {
  const mixed = fc.array(fc.oneof({ arbitrary: fc.constantFrom(...own), weight: 4 }, { arbitrary: hostileText, weight: 1 }), {
    maxLength: 16,
  });
  return fc.oneof({ arbitrary: mixed.map((parts) => parts.join('')), weight: 3 }, { arbitrary: hostileText, weight: 1 });
}

const leaf = fc.oneof(
  hostileText,
  fc.constantFrom<JsonValue>(null, true, false, 0, -1, 1.5, 1e308, -1e308, 2 ** 53, 8.64e15, 8.64e15 + 1, 1e20),
  fc.integer(),
  fc.double({ noNaN: true }),
);

/** Any JSON; names are these or hostile ones. `__proto__` is a member like any other in it, as a JSON parser makes it. */
export function jsonOf(names: readonly string[] = [], words: readonly string[] = []): Arbitrary<JsonValue> {
  const name = fc.oneof(
    { arbitrary: fc.constantFrom(...(names.length > 0 ? names : hostileWords)), weight: 5 },
    { arbitrary: fc.constantFrom(...hostileWords), weight: 1 },
  );
  const value = words.length > 0 ? fc.oneof({ arbitrary: fc.constantFrom(...words), weight: 2 }, leaf) : leaf;
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      { arbitrary: value, weight: 3 },
      { arbitrary: fc.array(tie('tree'), { maxLength: 4 }), weight: 1 },
      { arbitrary: fc.array(fc.tuple(name, tie('tree')), { maxLength: 6 }).map(toObject), weight: 3 },
    ),
  }));
  return tree.map((made) => JSON.parse(JSON.stringify(made ?? null)) as JsonValue);
}

function toObject(members: [string, unknown][]): object {
  return Object.fromEntries(members);
}

/** Real payloads with some members replaced, left out, put in twice or nested in each other. */
export function damaged(samples: readonly JsonValue[]): Arbitrary<JsonValue> {
  const names = [...new Set(samples.flatMap((sample) => namesIn(sample)))];
  const words = [...new Set(samples.flatMap((sample) => wordsIn(sample)))].slice(0, 200);
  const part = jsonOf(names, words);
  const blow = fc.record({
    at: fc.nat(),
    how: fc.constantFrom('replace', 'remove', 'wrap', 'add'),
    part,
    name: fc.constantFrom(...names, ...hostileWords),
  });
  const hurt = fc.tuple(fc.constantFrom(...samples), fc.array(blow, { maxLength: 4 })).map(([sample, blows]) => {
    const whole: JsonValue = JSON.parse(JSON.stringify({ sample })) as JsonValue;
    for (const { at, how, part: made, name } of blows) {
      // A copy: what stands in two places could be put into itself.
      const replacement = JSON.parse(JSON.stringify(made)) as JsonValue;
      const places = placesIn(whole);
      const place = places[at % Math.max(1, places.length)];
      if (!place) continue;
      const holder = place.holder as Record<string, JsonValue>;
      if (how === 'remove') delete holder[place.key];
      else if (how === 'wrap') holder[place.key] = [holder[place.key] ?? null];
      else if (how === 'add' && !Array.isArray(holder))
        Object.defineProperty(holder, name, { value: replacement, enumerable: true, writable: true, configurable: true });
      else holder[place.key] = replacement;
    }
    return (whole as { sample?: JsonValue }).sample ?? null;
  });
  return fc.oneof({ arbitrary: hurt, weight: 4 }, { arbitrary: part, weight: 1 });
}

function placesIn(value: JsonValue): { holder: object; key: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [{ holder: value, key }, ...placesIn(inner)]);
}

function namesIn(value: JsonValue): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [...(Array.isArray(value) ? [] : [key]), ...namesIn(inner)]);
}

function wordsIn(value: JsonValue): string[] {
  if (typeof value === 'string') return value.length <= 60 ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((inner) => wordsIn(inner));
}

/** All JSON fixtures of a folder, by name. */
export function fixtures(folder: string): JsonValue[] {
  const place = path.join(packageRoot, 'test', 'fixtures', folder);
  return readdirSync(place)
    .filter((file) => file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(path.join(place, file), 'utf8')) as JsonValue);
}

/** Header values by lower case name, some missing. */
export function headersOf(...names: readonly string[]): Arbitrary<Record<string, string | undefined>> {
  return fc
    .array(fc.tuple(fc.constantFrom(...names), fc.oneof(hostileText, fc.constant(undefined))), { maxLength: 8 })
    .map((all) => Object.fromEntries(all));
}
