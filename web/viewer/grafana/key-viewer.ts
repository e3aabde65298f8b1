// The viewer of a key's session: it looks as the address asks for, and the viewer's own choices go
// back into the address.
import { batch, signal } from '@preact/signals';
import type { FirstLine, TimeChoice } from '../api/wire';
import { Refusal } from '../session/session';
import { Viewer, type ViewerEvents } from '../state/viewer';
import { isContentRefusal, type KeySession } from './key-session';
import { movesOn, withTime, withVariable } from './target';
import { kPlainLook, type KeyQueryBody, type PageLook } from './wire';

export interface KeyViewerParts {
  session: KeySession;
  events: ViewerEvents;
  zone: string | undefined;
  /** Puts this target into the address bar. */
  show: (target: string) => void;
}

export class KeyViewer extends Viewer {
  readonly look = signal<PageLook>(kPlainLook);
  private readonly key: KeySession;
  private readonly showTarget: (target: string) => void;

  constructor({ session, events, zone, show }: KeyViewerParts) {
    super(session, events, zone);
    this.key = session;
    this.showTarget = show;
  }

  get target(): string {
    return this.key.target;
  }

  override setTime(time: TimeChoice): void {
    this.note(withTime(this.target, time));
    super.setTime(time);
  }

  override setVariable(name: string, values: string[]): void {
    this.note(withVariable(this.target, name, values));
    super.setVariable(name, values);
  }

  override async refresh(only?: readonly number[]): Promise<void> {
    const time = this.time.value;
    const isChosen = this.dashboard.value?.time.selectable === true;
    if (time && !('span' in time) && isChosen && movesOn(this.target)) await this.moveOn();
    if (this.page.value.kind === 'dashboard') await super.refresh(only);
  }

  protected override present(first: FirstLine): void {
    batch(() => {
      this.look.value = this.key.look;
      super.present(first);
    });
  }

  protected override queryBody(panels: number[]): KeyQueryBody {
    const zone = this.dashboard.value?.timezone;
    return {
      // The address may name another zone than the dashboard does; the first line knows which.
      ...(zone && zone !== 'browser' ? { query_timezone: zone } : {}),
      ...super.queryBody(panels),
      content: this.key.contentPath,
    };
  }

  protected override isFatal(refusal: Refusal): boolean {
    return super.isFatal(refusal) || isContentRefusal(refusal);
  }

  /** "Today so far" is a longer range by now; the server knows how long. */
  private async moveOn(): Promise<void> {
    const before = this.time.value;
    try {
      const first = await this.key.view(
        this.queryBody([]).variables ?? {},
        new AbortController().signal,
      );
      const now = first?.dashboard.time;
      if (now && !now.span && this.time.value === before) {
        this.time.value = { from: now.from, to: now.to };
      }
    } catch (error) {
      if (error instanceof Refusal && this.isFatal(error)) this.fail(error);
      // Else the range stays as it is, and the question for the data says what is wrong.
    }
  }

  private note(target: string): void {
    this.key.target = target;
    this.showTarget(target);
  }
}
