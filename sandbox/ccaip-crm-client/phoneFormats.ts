/** The formats an administrator chooses from. */
export type PhoneFormat = 'automatic' | 'e164' | 'usLocal' | 'usLocalStandard' | 'international';

/** A number `+12223334444` as it is put into a request, by the chosen format; `automatic` differs for searches. */
export function formatPhone(e164: string, format: PhoneFormat, purpose: 'search' | 'create'): string {
  const digits = e164.replace(/\D/g, '');
  const [area, office, line] = [digits.slice(-10, -7), digits.slice(-7, -4), digits.slice(-4)];
  const country = digits.slice(0, -10);
  switch (format) {
    case 'automatic':
      return purpose === 'search' ? `*${area}*${office}*${line}` : `+${country} ${area} ${office} ${line}`;
    case 'e164':
      return `+${digits}`;
    case 'usLocal':
      return `${area}${office}${line}`;
    case 'usLocalStandard':
      return `(${area}) ${office}-${line}`;
    case 'international':
      return `+${country} ${area} ${office} ${line}`;
  }
}
