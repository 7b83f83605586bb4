import { isSameNumber, readPhoneNumber, searchDigits } from '../../../customCrm/phone/phoneNumber';
import { formatPhone, type PhoneFormat } from '../../../sandbox/ccaip-crm-client/phoneFormats';

const formats: PhoneFormat[] = ['automatic', 'e164', 'usLocal', 'usLocalStandard', 'international'];

describe('phone formats of the seed', () => {
  it.each([
    ['+1 222 333 4444', '+12223334444'],
    ['+12223334444', '+12223334444'],
    ['2223334444', '+12223334444'],
    ['(111) 222-3333', '+11112223333'],
    ['11234567890', '+11234567890'],
  ])('seed: %s is %s', (written, e164) => {
    expect(readPhoneNumber(written, '1')?.e164).toBe(e164);
  });

  it('seed: the search pattern *222*333*4444 tells its digits, and finds the whole number', () => {
    const wanted = readPhoneNumber('*222*333*4444', '1')!;
    expect(wanted).toEqual({ digits: '2223334444' });
    expect(isSameNumber('+1 (222) 333-4444', wanted, '1')).toBe(true);
    expect(isSameNumber('+1 (222) 333-4445', wanted, '1')).toBe(false);
  });

  it.each(formats)('what is sent as %s is the same number again, for a search and for a create', (format) => {
    for (const purpose of ['search', 'create'] as const) {
      const sent = formatPhone('+12223334444', format, purpose);
      expect(isSameNumber('+1 222-333-4444', readPhoneNumber(sent, '1')!, '1')).toBe(true);
    }
  });
});

describe('other numbers', () => {
  it.each([
    [' 442079460101', '44', '+442079460101'],
    ['0044 20 7946 0101', '1', '+442079460101'],
    ['020 7946 0101', '44', '+442079460101'],
    ['+44 20 7946 0101', '1', '+442079460101'],
    ['777123456', '420', '+420777123456'],
    ['420777123456', '420', '+420777123456'],
  ])('%s with country code %s is %s', (written, code, e164) => {
    expect(readPhoneNumber(written, code)?.e164).toBe(e164);
  });

  it.each(['', 'kim', '12', 'kim@2223334444', '1234567890123456'])('%j is none', (text) => {
    expect(readPhoneNumber(text, '1')).toBeUndefined();
  });

  it('a short part of a number is nobody’s', () => {
    expect(isSameNumber('+12223334444', readPhoneNumber('*4444', '1')!, '1')).toBe(false);
  });

  it('looks for the digits that stand in a record whatever its country code', () => {
    expect(searchDigits(readPhoneNumber('+12223334444', '1')!)).toBe('223334444');
    expect(searchDigits(readPhoneNumber('*222*333*4444', '1')!)).toBe('223334444');
  });
});
