import { plainWords } from '../../../common/plainWords';

it.each([
  ['  ¿Qué TAL?  שלום, 你好！ ｆｕｌｌ ', 'que tal שלום 你好 full'],
  ['Don’t stop!', 'dont stop'],
  ['Příliš žluťoučký kůň', 'prilis zlutoucky kun'],
  ['Straße ÄÖÜ', 'straße aou'],
  ['हिन्दी', 'हिन्दी'],
  ['한국어', '한국어'],
  ['?!… —', ''],
])('%j becomes %j', (text, expected) => {
  expect(plainWords(text)).toBe(expected);
});
