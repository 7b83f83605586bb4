import type { HandoffProvider } from './provider';

/** The providers that are configured, by name. */
export class ProviderRegistry {
  private readonly byName = new Map<string, HandoffProvider>();

  constructor(providers: Iterable<HandoffProvider>) {
    for (const provider of providers) {
      if (this.byName.has(provider.name)) throw new Error(`Two providers are named "${provider.name}".`);
      this.byName.set(provider.name, provider);
    }
  }

  find(name: string): HandoffProvider | undefined {
    return this.byName.get(name);
  }

  /** The provider of this name; throws when it is not configured. */
  get(name: string): HandoffProvider {
    const provider = this.byName.get(name);
    if (!provider)
      throw new Error(`No handoff provider "${name}" is configured (there is: ${this.names().join(', ') || 'none'}).`);
    return provider;
  }

  names(): string[] {
    return [...this.byName.keys()];
  }

  all(): HandoffProvider[] {
    return [...this.byName.values()];
  }
}
