// What a variable offers now, as its document stands in the form: asked of the server.
import { useEffect, useRef, useState } from 'preact/hooks';
import { isAbort, wordsOf } from '../api/client';
import type { Json, JsonObject } from '../api/types';
import { previewChoices, type Preview } from '../data/query';
import { Glyph } from '../ui/icons';
import { objectOf, textOf } from './json';
import { SourceWords } from './source-words';

export interface ChoicePreviewProps {
  document: Json;
  variable: JsonObject;
  /** There is enough to ask with. */
  isAsked: boolean;
  /** Another number asks again. */
  turn: number;
}

type State =
  | { kind: 'none' }
  | { kind: 'asking' }
  | { kind: 'there'; preview: Preview; of: string }
  | { kind: 'failed'; words: string };

const kMostShown = 100;

export function ChoicePreview({ document, variable, isAsked, turn }: ChoicePreviewProps) {
  const [state, setState] = useState<State>({ kind: 'none' });
  const running = useRef<AbortController | null>(null);
  const now = JSON.stringify(variable);

  const ask = (): void => {
    running.current?.abort();
    const control = new AbortController();
    running.current = control;
    setState({ kind: 'asking' });
    previewChoices(objectOf(document), textOf(variable['name']), control.signal).then(
      (preview) => {
        if (!control.signal.aborted) setState({ kind: 'there', preview, of: now });
      },
      (error: unknown) => {
        if (control.signal.aborted || isAbort(error)) return;
        setState({ kind: 'failed', words: wordsOf(error) });
      },
    );
  };

  // At once what is there already; after that only when somebody asks.
  useEffect(() => {
    if (isAsked) ask();
    return () => running.current?.abort();
  }, [turn]);

  return (
    <div class="choice-preview">
      <div class="choice-preview-head">
        <button
          type="button"
          class="button"
          aria-disabled={!isAsked}
          onClick={() => isAsked && ask()}
        >
          <Glyph name="refresh" />
          Show its choices
        </button>
        <span role="status" class="muted">
          {state.kind === 'asking' && 'Asking…'}
          {state.kind === 'there' && wordsFor(state.preview, state.of !== now)}
        </span>
      </div>
      <div aria-live="polite">
        {state.kind === 'failed' && <Trouble words={state.words} />}
        {state.kind === 'there' && state.preview.reason !== null && (
          <Trouble words={state.preview.reason} />
        )}
      </div>
      {state.kind === 'there' && state.preview.choices.length > 0 && (
        <ul class="choice-list" tabIndex={0} aria-label="Choices">
          {state.preview.choices.slice(0, kMostShown).map(({ value, label }) => (
            <li key={value}>
              <span>{label ?? value}</span>
              {label !== undefined && label !== value && <span class="muted code">{value}</span>}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function wordsFor({ choices, reason }: Preview, isOld: boolean): string {
  const count = choices.length === 1 ? '1 choice' : `${choices.length} choices`;
  const first = choices.length > kMostShown ? `, the first ${kMostShown} of them here` : '';
  if (reason !== null) return '';
  return `${count}${first}${isOld ? '. The variable has changed since.' : ''}`;
}

function Trouble({ words }: { words: string }) {
  return (
    <p class="query-error">
      <Glyph name="alert" />
      <SourceWords text={words} />
    </p>
  );
}
