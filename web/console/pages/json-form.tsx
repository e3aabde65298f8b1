// A document as text, with what is wrong in it: by the page itself, and by the server.
import { useCallback, useState } from 'preact/hooks';
import { Refusal, wordsOf } from '../api/client';
import type { JsonObject } from '../api/types';
import { lineOf, placeOf, readJson } from '../data/json-places';
import { CodeEditor, goTo, type Mark } from '../editor/code-editor';
import { useChange } from '../state/resource';
import { BusyButton } from '../ui/bits';
import { Glyph } from '../ui/icons';
import { useUnsaved } from './unsaved';

export interface JsonFormProps {
  label: string;
  /** As it is kept. Another `version` replaces what is in the editor. */
  text: string;
  version: number;
  isReadOnly?: boolean;
  act: string;
  onSend: (document: JsonObject) => Promise<void>;
  /** A document that is new is worth sending unchanged. */
  isNew?: boolean;
}

interface Wrong extends Mark {
  where: string;
}

export function JsonForm(props: JsonFormProps) {
  const { label, text, version, isReadOnly = false, act, onSend, isNew = false } = props;
  const [draft, setDraft] = useState(text);
  const [wrong, setWrong] = useState<Wrong | null>(null);
  const [shownVersion, setShownVersion] = useState(version);
  if (shownVersion !== version) {
    setShownVersion(version);
    setDraft(text);
    setWrong(null);
  }
  const change = useChange();
  const isChanged = draft !== text;
  useUnsaved(isChanged && !isReadOnly);

  const send = useCallback((): void => {
    const read = readJson(draft);
    if ('fault' in read) {
      setWrong({ ...read.fault, where: placeWords(draft, read.fault.from) });
      goTo(read.fault.from);
      return;
    }
    if (read.node.kind !== 'object') {
      setWrong({
        from: read.node.from,
        to: read.node.to,
        message: 'A document is an object: it begins with {.',
        where: placeWords(draft, read.node.from),
      });
      return;
    }
    setWrong(null);
    const { node } = read;
    void change.run(async () => {
      try {
        await onSend(JSON.parse(draft) as JsonObject);
      } catch (error) {
        if (error instanceof Refusal && error.field?.startsWith('document') === true) {
          const path = error.field.replace(/^document\.?/, '');
          const { from, to } = placeOf(node, path);
          const where =
            path === ''
              ? placeWords(draft, from)
              : `${path}, ${placeWords(draft, from).toLowerCase()}`;
          setWrong({ from, to, message: error.message, where });
          goTo(from);
          return;
        }
        throw error;
      }
    });
  }, [draft, onSend, change]);

  const { error } = change;
  return (
    <div class="json-form">
      <div aria-live="assertive">
        {wrong && (
          <p class="notice bad">
            <Glyph name="alert" />
            <span>
              <strong>{wrong.where}:</strong> {wrong.message}
            </span>
            <button type="button" class="button quiet" onClick={() => goTo(wrong.from)}>
              Show
            </button>
          </p>
        )}
        {!wrong && error !== null && (
          <p class="notice bad">
            <Glyph name="alert" />
            <span>{wordsOf(error)}</span>
          </p>
        )}
      </div>
      <CodeEditor
        label={label}
        text={text}
        version={version}
        isReadOnly={isReadOnly}
        mark={wrong}
        onChange={setDraft}
        onSave={isReadOnly ? () => undefined : send}
      />
      {!isReadOnly && (
        <div class="save-bar">
          <BusyButton
            type="button"
            isBusy={change.isBusy}
            disabled={!isChanged && !isNew}
            onClick={send}
          >
            {act}
          </BusyButton>
          <span class="muted" role="status">
            {isChanged ? 'Not saved' : isNew ? '' : 'Saved'}
          </span>
        </div>
      )}
    </div>
  );
}

function placeWords(text: string, offset: number): string {
  const { line, column } = lineOf(text, offset);
  return `Line ${line}, column ${column}`;
}
