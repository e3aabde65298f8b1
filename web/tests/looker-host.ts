// What is around a frame: a clock, and a host page after the recorded wire trace.
export class FakeClock {
  time = 0;
  private count = 0;
  private readonly timers = new Map<number, { at: number; action: () => void }>();

  readonly now = (): number => this.time;
  readonly setTimer = (action: () => void, ms: number): number => {
    this.timers.set(++this.count, { at: this.time + ms, action });
    return this.count;
  };
  readonly clearTimer = (timer: unknown): void => {
    this.timers.delete(timer as number);
  };

  advance(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const [id, next] = [...this.timers].sort((a, b) => a[1].at - b[1].at)[0] ?? [];
      if (id === undefined || !next || next.at > end) break;
      this.timers.delete(id);
      this.time = Math.max(this.time, next.at);
      next.action();
    }
    this.time = end;
  }
}

export interface Wire {
  action: number;
  data: { eventName?: string; payload?: unknown[]; sequence?: number };
}

/** The host's side as recorded from the vendor's SDK. */
export class FakeHost {
  readonly log: Wire[] = [];
  readonly greetings: { message: unknown; origin: string }[] = [];
  /** What the handlers of an event answer. */
  readonly answers = new Map<string, unknown[]>();
  /** Answers the greeting. */
  listens = true;
  port: MessagePort | null = null;
  private readonly replies = new Map<number, (message: Wire) => void>();
  private sequence = 0;

  readonly window = {
    postMessage: (message: unknown, origin: string, transfer?: Transferable[]) => {
      this.greetings.push({ message, origin });
      const port = transfer?.[0] as MessagePort;
      if (this.listens) this.accept(port);
      else port.close();
    },
  } as unknown as Window;

  private accept(port: MessagePort): void {
    this.port?.close();
    this.port = port;
    port.onmessage = (event: MessageEvent<Wire>) => this.receive(event.data);
    port.postMessage({ action: 0, data: {} });
  }

  private receive(message: Wire): void {
    this.log.push(message);
    const { eventName = '', sequence = 0 } = message.data;
    if (message.action === 3) {
      const payload = this.answers.get(eventName) ?? [];
      this.port?.postMessage({ action: 3, data: { eventName, payload, sequence } });
    }
    if (message.action === 4 || message.action === 5) this.replies.get(sequence)?.(message);
  }

  send(eventName: string, detail?: unknown): void {
    this.port?.postMessage({ action: 1, data: { eventName, payload: [detail] } });
  }

  ask(eventName: string, detail?: unknown): Promise<Wire> {
    const sequence = ++this.sequence;
    this.port?.postMessage({ action: 2, data: { eventName, payload: [detail], sequence } });
    return new Promise((resolve) => this.replies.set(sequence, resolve));
  }

  abort(eventName: string): void {
    const data = { eventName, payload: { reason: 'Abort' }, sequence: this.sequence };
    this.port?.postMessage({ action: 5, data });
  }

  /** Events told, by name. */
  get events(): string[] {
    return this.log.flatMap(({ data }) => data.eventName ?? []);
  }

  /** The first argument of each event of this name. */
  details(eventName: string): Record<string, unknown>[] {
    return this.log
      .filter(({ data }) => data.eventName === eventName)
      .map(({ data }) => data.payload?.[0] as Record<string, unknown>);
  }

  last(eventName: string): Record<string, unknown> {
    return this.details(eventName).at(-1) ?? {};
  }
}
