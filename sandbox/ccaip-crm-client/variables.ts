/** Values by variable name, as printed: `PHONE_NUMBER`, `Chat_ID`. Missing and empty are the same. */
export type Variables = Readonly<Record<string, string | undefined>>;

const functionCall = /^=(DEFAULT_VALUE|CONCAT_OR|CONCAT_AND)\((.*)\)$/s;
const joints: Record<string, string> = { CONCAT_OR: ' or ', CONCAT_AND: ' and ' };

/**
 * The value of a request parameter: text with variables in braces, or a function of such texts. Undefined when nothing
 * results; the parameter is then left out. An argument whose variable is missing disappears.
 */
export function parameterValue(written: string, variables: Variables): string | undefined {
  const [, name, inner = ''] = functionCall.exec(written.trim()) ?? [];
  if (name === undefined) return filled(written, variables);
  const values = splitArguments(inner).flatMap((argument) => filled(argument, variables) ?? []);
  const result = name === 'DEFAULT_VALUE' ? values[0] : values.join(joints[name]);
  return result === undefined || result === '' ? undefined : result;
}

/** An address with its variables; undefined when one of them is missing, for then the endpoint is not used. */
export function filledUrl(template: string, variables: Variables): string | undefined {
  return filled(template, variables, encodeURIComponent);
}

function filled(text: string, variables: Variables, encode = (value: string) => value): string | undefined {
  let isMissing = false;
  const result = text.replace(/\{([A-Za-z_]+)\}/g, (_all, name: string) => {
    const value = variables[name];
    if (value === undefined || value === '') isMissing = true;
    return encode(value ?? '');
  });
  return isMissing || result.trim() === '' ? undefined : result.trim();
}

/** Commas inside of parentheses belong to the argument. */
function splitArguments(text: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const sign of text) {
    if (sign === '(') depth += 1;
    if (sign === ')') depth -= 1;
    if (sign === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += sign;
  }
  return parts.map((part) => part.trim());
}
