/** A phone number, read from any of the formats it is written in. */
export interface PhoneNumber {
  /** `+` and digits, when the number is complete. */
  e164?: string;
  /** The digits to look for: all of them when complete, else those that are known. */
  digits: string;
}

const leastDigits = 4;
const mostDigits = 15;

/**
 * Reads `+1 222 333 4444`, `+12223334444`, `2223334444`, `(111) 222-3333`, `12223334444`, `0044 20 …` and the search pattern
 * `*222*333*4444`. A number without a country code belongs to `countryCode`. Undefined for what is no number.
 */
export function readPhoneNumber(text: string, countryCode: string): PhoneNumber | undefined {
  // A "+" that nobody encoded arrives as a blank in front.
  const isInternational = /^[ +]*\+|^ (?=\d{8})|^\s*00(?=[1-9])/.test(text);
  const digits = text.replace(/\D/g, '').replace(isInternational ? /^00/ : /$^/, '');
  if (digits.length < leastDigits || digits.length > mostDigits || /[A-Za-z@]/.test(text)) return undefined;
  // A pattern tells which digits follow one another, not where the number begins.
  if (text.includes('*')) return { digits };
  if (isInternational) return { e164: `+${digits}`, digits };
  const full = complete(digits, countryCode);
  return full === undefined ? { digits } : { e164: `+${full}`, digits: full };
}

/** Whether a number as it stands in a record is the one that is looked for. */
export function isSameNumber(stored: string, wanted: PhoneNumber, countryCode: string): boolean {
  const known = readPhoneNumber(stored, countryCode);
  if (!known) return false;
  if (known.e164 !== undefined && wanted.e164 !== undefined) return known.e164 === wanted.e164;
  return wanted.digits.length >= 7 && known.digits.endsWith(wanted.digits);
}

/** The digits that stand in a record however the country code was written: at most the last nine of the number. */
export function searchDigits({ digits }: PhoneNumber): string {
  return digits.slice(-9).replace(/^0+/, '');
}

function complete(digits: string, countryCode: string): string | undefined {
  const isNorthAmerican = countryCode === '1';
  if (isNorthAmerican) {
    if (digits.length === 10) return `1${digits}`;
    return digits.length === 11 && digits.startsWith('1') ? digits : undefined;
  }
  // A zero in front is for calls within the country.
  if (digits.startsWith('0')) return `${countryCode}${digits.slice(1)}`;
  if (digits.length < 7) return undefined;
  return digits.startsWith(countryCode) && digits.length > 9 ? digits : `${countryCode}${digits}`;
}
