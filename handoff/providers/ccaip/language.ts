/**
 * The language of the portal that is nearest to a BCP 47 tag: the same one, the same without its region, another region of
 * it, or else the first. `languages` is not empty.
 */
export function toLanguage(tag: string, languages: readonly string[]): string {
  const wanted = normal(tag);
  const base = wanted.split('-')[0] ?? wanted;
  const find = (fits: (language: string) => boolean) => languages.find((language) => fits(normal(language)));
  return (
    find((language) => language === wanted) ??
    find((language) => language === base) ??
    find((language) => language.startsWith(`${base}-`)) ??
    languages[0] ??
    'en'
  );
}

function normal(tag: string): string {
  return tag.trim().replaceAll('_', '-').toLowerCase();
}
