import { isAllowedType } from '../../../bot/uploads';

const limits = { maxBytes: 1, types: ['image/*', 'application/pdf', '.doc'] };

it.each([
  ['a.png', 'image/png', true],
  ['a.PNG', 'IMAGE/PNG; q=1', true],
  ['a.pdf', 'application/pdf', true],
  ['a.DOC', 'application/msword', true],
  ['a.docx', 'application/vnd.openxmlformats', false],
  ['a.png', 'application/x-msdownload', false],
  ['a.png', 'application/octet-stream', true],
  ['a.exe', 'application/octet-stream', false],
  ['a.svg', 'image/svg+xml', false],
  ['a.svg', 'IMAGE/SVG+XML; charset=utf-8', false],
  ['image/', 'imagex/png', false],
  ['', '', false],
])('%j of type %j: %s', (name, contentType, expected) => {
  expect(isAllowedType(limits, { name, contentType })).toBe(expected);
});
