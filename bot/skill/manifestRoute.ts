import type { AddRoute } from '../server/addRoute';
import { answerJson } from '../server/answer';
import { flatManifestPath, flatSkillManifest, type ManifestFacts, manifestPath, skillManifest } from './skillManifest';

/** Serves the manifests with the address and the app id of this bot; they are for everybody, and say nothing secret. */
export function addSkillManifest(add: AddRoute, facts: ManifestFacts): void {
  const manifests = { [manifestPath]: skillManifest(facts), [flatManifestPath]: flatSkillManifest(facts) };
  for (const [path, manifest] of Object.entries(manifests)) {
    for (const method of ['get', 'head'] as const) {
      add(method, path, async (_request, response) => answerJson(response, 200, manifest));
    }
  }
}
