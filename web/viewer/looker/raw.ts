// Host pages without the SDK: JSON texts by postMessage, fields beside the type. Nothing is answered
// here, and nothing can be cancelled.
import type { ActionHandler, Channel, Detail } from './channel';
import { isObject } from './wire';

export interface RawParts {
  parent: Pick<Window, 'postMessage'> | null;
  origin: string;
  listen: (receive: (event: MessageEvent<unknown>) => void) => void;
}

export class RawChannel implements Channel {
  onConnect: () => void = () => undefined;
  onAction: ActionHandler = () => undefined;

  constructor(private readonly parts: RawParts) {}

  start(): void {
    if (!this.parts.parent) return;
    this.parts.listen((event) => this.receive(event));
    this.onConnect();
  }

  send(name: string, detail: Detail = {}): void {
    const { parent, origin } = this.parts;
    try {
      parent?.postMessage(JSON.stringify({ type: name, ...detail }), origin);
    } catch {
      // An origin that this browser cannot read: nobody is there to hear it.
    }
  }

  isCancelled(name: string, detail: Detail): Promise<boolean> {
    this.send(name, detail);
    return Promise.resolve(false);
  }

  private receive(event: MessageEvent<unknown>): void {
    const { parent, origin } = this.parts;
    if (event.source !== parent || event.origin !== origin) return;
    if (typeof event.data !== 'string' || event.data.length > 1_000_000) return;
    let message: unknown;
    try {
      message = JSON.parse(event.data);
    } catch {
      return;
    }
    if (!isObject(message) || typeof message.type !== 'string') return;
    const { type, ...detail } = message;
    void this.perform(type, detail).catch(() => undefined);
  }

  private async perform(name: string, detail: Detail): Promise<void> {
    await this.onAction(name, detail, new AbortController().signal);
  }
}
