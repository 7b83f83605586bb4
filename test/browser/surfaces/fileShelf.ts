import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ScenarioFile } from '../../support/scenario';

/** Where a channel keeps the files of its users: gives each an address of its own. */
export class FileShelf {
  private readonly files = new Map<string, ScenarioFile>();
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      const file = this.files.get(request.url ?? '');
      if (file) response.writeHead(200, { 'content-type': file.contentType }).end(file.bytes);
      else response.writeHead(404).end();
    });
  }

  static async open(): Promise<FileShelf> {
    const shelf = new FileShelf();
    await new Promise<void>((resolve) => shelf.server.listen(0, '127.0.0.1', resolve));
    return shelf;
  }

  /** The file as the attachment of a message. */
  attachment(file: ScenarioFile): { contentType: string; contentUrl: string; name: string } {
    const path = `/${randomUUID()}`;
    this.files.set(path, file);
    const { port } = this.server.address() as AddressInfo;
    return { contentType: file.contentType, contentUrl: `http://127.0.0.1:${port}${path}`, name: file.name };
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
