/** What the contact center can put into a lookup URL, by the variable's name without braces. */
export const lookupVariables = ['ANI', 'CUID', 'EMAIL', 'MENU_PATH', 'MENU_ID', 'CHANNEL', 'TYPE'] as const;
export type LookupVariable = (typeof lookupVariables)[number];
export type LookupValues = Partial<Record<LookupVariable, string>>;

/** The page agents are led to. */
export const lookupPath = '/agent-host/lookup';

/**
 * The two templates an administrator types into the contact center: sessions by phone know the caller by the number, sessions of
 * web and mobile by the customer's id and e-mail.
 */
export function lookupTemplates(publicUrl: string): { phone: string; sdk: string } {
  const shared = 'menu_path={MENU_PATH}&menu_id={MENU_ID}&channel={CHANNEL}&type={TYPE}';
  const page = `${publicUrl}${lookupPath}`;
  return { phone: `${page}?ani={ANI}&${shared}`, sdk: `${page}?cuid={CUID}&email={EMAIL}&${shared}` };
}

/** Which of the two templates is for a session, by its type: web and mobile sessions come through an SDK. */
export function templateFor(type: string): 'phone' | 'sdk' {
  return /\((?:app|web)\)|^(?:mobile|web)$/i.test(type) && !/^ivr/i.test(type) ? 'sdk' : 'phone';
}

/**
 * Fills a template as the contact center does: parameters whose value is empty are left out, the rest is encoded. A variable
 * that stands in the path is replaced by what there is.
 */
export function buildLookupUrl(template: string, values: LookupValues): string {
  const [beforeHash = '', hash] = template.split('#', 2);
  const question = beforeHash.indexOf('?');
  const base = question === -1 ? beforeHash : beforeHash.slice(0, question);
  const query = question === -1 ? '' : beforeHash.slice(question + 1);
  const kept = query.split('&').filter((pair) => pair !== '' && !isEmpty(pair, values));
  const filled = [fill(base, values), ...(kept.length > 0 ? [fill(kept.join('&'), values)] : [])].join('?');
  return hash === undefined ? filled : `${filled}#${fill(hash, values)}`;
}

/** The URL a session would have, from values by the variables' names in any case, and the template that makes it. */
export function lookupUrlFor(
  templates: { phone: string; sdk: string },
  given: Readonly<Record<string, string>>,
): { template: string; url: string } {
  const values: LookupValues = {};
  for (const [name, value] of Object.entries(given)) {
    const variable = variableOf(name);
    if (variable !== undefined) values[variable] = value;
  }
  const template = templates[values.TYPE === undefined ? (values.ANI ? 'phone' : 'sdk') : templateFor(values.TYPE)];
  return { template, url: buildLookupUrl(template, values) };
}

function isEmpty(pair: string, values: LookupValues): boolean {
  const names = [...pair.matchAll(/\{([A-Za-z_ ]+)\}/g)].map(([, name = '']) => variableOf(name));
  return names.length > 0 && names.every((name) => name === undefined || !values[name]);
}

function fill(text: string, values: LookupValues): string {
  return text.replace(/\{([A-Za-z_ ]+)\}/g, (all, written: string) => {
    const name = variableOf(written);
    return name === undefined ? all : encodeURIComponent((values[name] ?? '').toWellFormed());
  });
}

/** The portal once wrote `{Custom UID}` for `{CUID}`. */
function variableOf(written: string): LookupVariable | undefined {
  const name = written.trim().toUpperCase().replaceAll(' ', '_');
  if (name === 'CUSTOM_UID') return 'CUID';
  return lookupVariables.find((known) => known === name);
}
