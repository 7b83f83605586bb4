interface Node {
  where: string;
  key: string;
  /** Resources of the same template that it waits for, and those it speaks of otherwise. */
  waitsFor: ReadonlySet<string>;
  speaksOf: ReadonlySet<string>;
}

/**
 * Resources of a template are made at the same time unless one waits for another (`dependsOn`). An id of a resource that does not
 * exist yet is refused by most providers, and its `reference` always.
 */
export class DeploymentOrder {
  private readonly nodes: Node[] = [];

  add(node: Node): void {
    this.nodes.push(node);
  }

  /** Each resource that speaks of another without waiting for it, directly or by way of others. */
  problems(): string[] {
    return this.nodes.flatMap(({ where, key, waitsFor, speaksOf }) => {
      const earlier = this.before(waitsFor);
      return [
        ...(earlier.has(key) ? [`${where}: waits for itself`] : []),
        ...[...speaksOf]
          .filter((other) => other !== key && !earlier.has(other))
          .map((other) => `${where}: does not wait for ${other}`),
      ];
    });
  }

  private before(waitsFor: ReadonlySet<string>): Set<string> {
    const earlier = new Set<string>();
    const open = [...waitsFor];
    for (let key = open.pop(); key !== undefined; key = open.pop()) {
      if (earlier.has(key)) continue;
      earlier.add(key);
      for (const node of this.nodes) if (node.key === key) open.push(...node.waitsFor);
    }
    return earlier;
  }
}
