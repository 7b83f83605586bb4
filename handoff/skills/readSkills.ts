import { readFileSync } from 'node:fs';
import type { JsonObject } from '../../common/json';
import type { ProviderRegistry } from '../registry';
import { type SkillsFile, skillsFileSchema } from './skill';

/** The skills file cannot be used; every problem is named with its place. */
export class SkillsFileError extends Error {
  override readonly name = 'SkillsFileError';
  constructor(
    readonly file: string,
    readonly problems: string[],
  ) {
    super(`The skills file ${file} cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}

/** Reads and checks the skills file, targets included. Throws `SkillsFileError`. */
export function readSkills(file: string, registry: ProviderRegistry): SkillsFile {
  return parseSkills(file, readText(file), registry);
}

/** The same from text; `file` is for the message. */
export function parseSkills(file: string, text: string, registry: ProviderRegistry): SkillsFile {
  const result = skillsFileSchema.safeParse(parse(file, text));
  if (!result.success) {
    throw new SkillsFileError(
      file,
      result.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`),
    );
  }
  const problems: string[] = [];
  const skills = result.data.skills.map((skill) => ({
    ...skill,
    routes: skill.routes.map((route, index) => {
      const place = `skill "${skill.name}", route ${index + 1}`;
      const provider = registry.find(route.provider);
      if (!provider) {
        problems.push(
          `${place}: no provider "${route.provider}" is configured (there is: ${registry.names().join(', ') || 'none'})`,
        );
        return route;
      }
      try {
        return { ...route, target: provider.parseTarget(route.target as JsonObject) };
      } catch (error) {
        problems.push(`${place}: ${error instanceof Error ? error.message : String(error)}`);
        return route;
      }
    }),
  }));
  if (problems.length > 0) throw new SkillsFileError(file, problems);
  return { ...result.data, skills };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new SkillsFileError(file, [
      `it cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}); set SKILLS_FILE to its path`,
    ]);
  }
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SkillsFileError(file, [`it is not JSON: ${error instanceof Error ? error.message : String(error)}`]);
  }
}
