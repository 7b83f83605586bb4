import fc from 'fast-check';
import type { FormField } from '../../../cards/formCard';
import { isEmail, isPhone, readForm } from '../../../dialogs/form';

const field = (id: string, more: Partial<FormField> = {}): FormField => ({
  id,
  kind: 'text',
  label: id,
  required: false,
  maxLength: 10,
  requiredMessage: '',
  ...more,
});

describe('readForm', () => {
  const fields = [
    field('name', { required: true }),
    field('email', { kind: 'email', maxLength: 254 }),
    field('phone', { kind: 'phone', maxLength: 40 }),
    field('team', { kind: 'choice', choices: [{ title: 'A', value: 'a' }] }),
  ];

  it('trims, and takes nothing that was not asked', () => {
    expect(readForm(fields, { name: ' Ann ', email: '', admin: 'yes', team: 'a' })).toEqual({
      typed: { name: 'Ann', team: 'a' },
      problems: {},
    });
  });

  it('finds each problem and keeps what was typed', () => {
    const reading = readForm(fields, { name: 'x'.repeat(11), email: 'ann', phone: '12', team: 'b' });
    expect(reading.problems).toEqual({ name: 'tooLong', email: 'email', phone: 'phone', team: 'choice' });
    expect(reading.typed).toMatchObject({ email: 'ann', phone: '12', team: 'b' });
    expect(readForm(fields, {}).problems).toEqual({ name: 'missing' });
  });

  it('never throws, whatever is submitted', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('name', 'email', 'phone', 'team', '__proto__'), fc.jsonValue()), (data) => {
        const { typed } = readForm(fields, data as Record<string, string>);
        expect(Object.values(typed).every((value) => typeof value === 'string')).toBe(true);
      }),
    );
  });
});

it.each(['ann@example.com', 'a.b+c@mail.example.co.uk', 'žofie@příklad.cz', "o'hara@example.org"])(
  '%s is an e-mail address',
  (value) => {
    expect(isEmail(value)).toBe(true);
  },
);

it.each([
  'ann',
  'ann@',
  '@example.com',
  'ann@example',
  'ann@example.',
  'ann@@example.com',
  'a b@example.com',
  '<x>@example.com',
  'ann@1.2.3.4',
  'a@b..com',
  `${'x'.repeat(250)}@b.com`,
])('%s is no e-mail address', (value) => {
  expect(isEmail(value)).toBe(false);
});

it.each(['+44 20 7946 0000', '(020) 7946-0000', '123456', '٠١٢٣٤٥٦٧'])('%s is a phone number', (value) => {
  expect(isPhone(value)).toBe(true);
});

it.each(['', '12345', '1234567890123456', '+', 'call me', '12+345678', '020 7946 0000 x'])('"%s" is no phone number', (value) => {
  expect(isPhone(value)).toBe(false);
});
