// CodeMirror in a shadow root: its styles come as constructed sheets there, which a policy without
// inline styles lets through.
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  indentOnInput,
  syntaxHighlighting,
} from '@codemirror/language';
import { lintGutter, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { useEffect, useRef } from 'preact/hooks';
import { kColors, kTheme } from './theme';

export interface Mark {
  from: number;
  to: number;
  message: string;
}

export interface CodeEditorProps {
  label: string;
  /** Read once; later texts replace what is there only with another `version`. */
  text: string;
  version: number;
  isReadOnly: boolean;
  mark: Mark | null;
  onChange: (text: string) => void;
  onSave: () => void;
}

export function CodeEditor(props: CodeEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const told = useRef(props);
  told.current = props;

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
    const place = document.createElement('div');
    place.style.blockSize = '100%';
    root.append(place);
    const editor = new EditorView({
      parent: place,
      root,
      state: EditorState.create({
        doc: told.current.text,
        extensions: [
          lineNumbers(),
          foldGutter(),
          lintGutter(),
          history(),
          drawSelection(),
          indentOnInput(),
          bracketMatching(),
          highlightActiveLine(),
          highlightActiveLineGutter(),
          highlightSelectionMatches(),
          search({ top: true }),
          json(),
          syntaxHighlighting(kColors),
          kTheme,
          EditorState.readOnly.of(told.current.isReadOnly),
          EditorView.contentAttributes.of({
            'aria-label': told.current.label,
            tabindex: '0',
            ...(told.current.isReadOnly ? { 'aria-readonly': 'true' } : {}),
          }),
          keymap.of([
            {
              key: 'Mod-s',
              preventDefault: true,
              run: () => {
                told.current.onSave();
                return true;
              },
            },
            ...defaultKeymap,
            ...searchKeymap,
            ...historyKeymap,
            ...foldKeymap,
            indentWithTab,
          ]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) told.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => {
      editor.destroy();
      place.remove();
      view.current = null;
    };
  }, []);

  const shown = useRef(props.version);
  useEffect(() => {
    const editor = view.current;
    if (!editor || shown.current === props.version) return;
    shown.current = props.version;
    const whole = { from: 0, to: editor.state.doc.length, insert: told.current.text };
    editor.dispatch({ changes: whole });
  }, [props.version]);

  const { mark } = props;
  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const length = editor.state.doc.length;
    const marks = mark
      ? [
          {
            from: Math.min(mark.from, length),
            to: Math.min(Math.max(mark.to, mark.from), length),
            severity: 'error' as const,
            message: mark.message,
          },
        ]
      : [];
    editor.dispatch(setDiagnostics(editor.state, marks));
  }, [mark]);

  return (
    <div
      class="editor"
      data-editor
      ref={(element) => {
        host.current = element;
        if (element) {
          editors.set(element, (at) => {
            const editor = view.current;
            if (!editor) return;
            const anchor = Math.min(at, editor.state.doc.length);
            editor.dispatch({
              selection: { anchor },
              effects: EditorView.scrollIntoView(anchor, { y: 'center' }),
            });
            editor.focus();
          });
        }
      }}
    />
  );
}

const editors = new WeakMap<Element, (at: number) => void>();

/** Puts the cursor of the editor on this page to an offset. */
export function goTo(at: number): void {
  const element = document.querySelector('[data-editor]');
  if (element) editors.get(element)?.(at);
}
