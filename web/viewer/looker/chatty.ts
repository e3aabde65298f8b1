// The frame's side of the SDK's message channel. The frame greets its parent with one end of a
// MessageChannel, addressed to the one origin that the server has found allowed; all else goes over
// that channel, which nobody but its receiver holds.
import { hasCancelled, type ActionHandler, type Channel, type Detail } from './channel';
import { isObject } from './wire';

const kToHost = { syn: 0, ack: 1, message: 2, ask: 3, answer: 4, answerError: 5 } as const;
const kFromHost = {
  synAck: 0,
  message: 1,
  ask: 2,
  answer: 3,
  answerError: 4,
  abort: 5,
} as const;

const kReplyTimeout = 30_000;
/** A host that begins to listen later than the frame loads has missed the greeting. */
const kGreetAgain = [2000, 4000, 8000, 16_000, 32_000];
/** What waits for a host; more than this is told by nobody. */
const kMostWaiting = 500;

export interface ChattyParts {
  /** Null where the page is not framed. */
  parent: Pick<Window, 'postMessage'> | null;
  origin: string;
  makeChannel: () => MessageChannel;
  setTimer: (action: () => void, ms: number) => unknown;
  clearTimer: (timer: unknown) => void;
}

interface Waiting {
  resolve: (answers: unknown) => void;
  timer: unknown;
}

export class Chatty implements Channel {
  onConnect: () => void = () => undefined;
  onAction: ActionHandler = () => undefined;

  private port: MessagePort | null = null;
  private sequence = 0;
  private greetings = 0;
  private readonly waiting = new Map<number, Waiting>();
  private readonly queue: { action: number; data: Detail }[] = [];
  private readonly running = new Map<string, AbortController>();

  constructor(private readonly parts: ChattyParts) {}

  start(): void {
    const { parent, origin } = this.parts;
    if (!parent || this.port) return;
    const channel = this.parts.makeChannel();
    channel.port1.onmessage = (event: MessageEvent<unknown>) =>
      this.receive(event.data, channel.port1);
    try {
      parent.postMessage({ action: kToHost.syn }, origin, [channel.port2]);
    } catch {
      return;
    }
    const delay = kGreetAgain[this.greetings++];
    if (delay !== undefined) this.parts.setTimer(() => this.start(), delay);
  }

  send(name: string, detail: Detail = {}): void {
    this.post(kToHost.message, { eventName: name, payload: [{ type: name, ...detail }] });
  }

  async isCancelled(name: string, detail: Detail): Promise<boolean> {
    if (!this.port) return false;
    const sequence = ++this.sequence;
    const answers = await new Promise<unknown>((resolve) => {
      const timer = this.parts.setTimer(() => this.settle(sequence, []), kReplyTimeout);
      this.waiting.set(sequence, { resolve, timer });
      this.post(kToHost.ask, {
        eventName: name,
        payload: [{ type: name, ...detail }],
        sequence,
      });
    });
    return hasCancelled(answers);
  }

  private receive(message: unknown, port: MessagePort): void {
    if (!isObject(message)) return;
    const data = isObject(message.data) ? message.data : {};
    if (message.action === kFromHost.synAck) {
      this.connect(port);
      return;
    }
    // Until the host has accepted the greeting nothing else is meant for us; a port that another
    // greeting has replaced is closed.
    if (port !== this.port) return;
    const { eventName, sequence } = data;
    const payload: unknown[] = Array.isArray(data.payload) ? data.payload : [];
    switch (message.action) {
      case kFromHost.message:
        if (typeof eventName === 'string') this.perform(eventName, payload[0]);
        break;
      case kFromHost.ask:
        void this.answer(String(eventName), payload[0], sequence);
        break;
      case kFromHost.answer:
        this.settle(sequence, payload);
        break;
      case kFromHost.answerError:
        this.settle(sequence, []);
        break;
      case kFromHost.abort:
        this.running.get(runName(eventName, sequence))?.abort();
        break;
    }
  }

  private connect(port: MessagePort): void {
    if (this.port && this.port !== port) this.port.close();
    this.port = port;
    port.postMessage({ action: kToHost.ack, data: {} });
    this.onConnect();
    for (const { action, data } of this.queue.splice(0)) port.postMessage({ action, data });
  }

  private post(action: number, data: Detail): void {
    if (this.port) this.port.postMessage({ action, data });
    else if (this.queue.length < kMostWaiting) this.queue.push({ action, data });
  }

  private perform(name: string, detail: unknown): void {
    // A host that does not wait hears of a failure from the events, or not at all.
    void run(this.onAction, name, detail, new AbortController().signal).catch(() => undefined);
  }

  /** Every action that waits is answered with its own number, whatever became of it. */
  private async answer(name: string, detail: unknown, sequence: unknown): Promise<void> {
    const { port } = this;
    const controller = new AbortController();
    const key = runName(name, sequence);
    this.running.set(key, controller);
    let reply: { action: number; data: Detail };
    try {
      const result = await run(this.onAction, name, detail, controller.signal);
      const payload = result === undefined ? [] : [result];
      reply = { action: kToHost.answer, data: { eventName: name, payload, sequence } };
    } catch (error) {
      const payload = error instanceof Error ? error.message : String(error);
      reply = { action: kToHost.answerError, data: { eventName: name, payload, sequence } };
    }
    this.running.delete(key);
    if (!controller.signal.aborted) port?.postMessage(reply);
  }

  private settle(sequence: unknown, answers: unknown): void {
    const waiting = typeof sequence === 'number' ? this.waiting.get(sequence) : undefined;
    if (!waiting) return;
    this.waiting.delete(sequence as number);
    this.parts.clearTimer(waiting.timer);
    waiting.resolve(answers);
  }
}

async function run(
  handler: ActionHandler,
  name: string,
  detail: unknown,
  signal: AbortSignal,
): Promise<unknown> {
  return await handler(name, detail, signal);
}

function runName(name: unknown, sequence: unknown): string {
  return `${String(name)}:${String(sequence)}`;
}
