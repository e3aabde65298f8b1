// A query's text: coloured, completed as one types, and run with Ctrl or ⌘ and Enter.
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  closeCompletion,
  completionKeymap,
  completionStatus,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { MySQL, PostgreSQL, sql, SQLDialect, SQLite, StandardSQL } from '@codemirror/lang-sql';
import {
  bracketMatching,
  HighlightStyle,
  LanguageSupport,
  LRLanguage,
  syntaxHighlighting,
  syntaxTree,
} from '@codemirror/language';
import {
  Annotation,
  Compartment,
  EditorState,
  Prec,
  Transaction,
  type Extension,
} from '@codemirror/state';
import {
  Decoration,
  drawSelection,
  EditorView,
  keymap,
  MatchDecorator,
  placeholder,
  tooltips,
  ViewPlugin,
  type DecorationSet,
  type ViewUpdate,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { parser as promqlParser } from '@prometheus-io/lezer-promql';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { kTheme } from '../editor/theme';
import { namesFor, type Candidate, type QueryLanguage, type Schema } from './names';
import { promqlCandidates } from './promql-completion';
import { sqlCandidates, type SqlDialect } from './sql-completion';

export interface QueryEditorProps {
  /** Read out, and seen where the page shows it. */
  label: string;
  text: string;
  language: QueryLanguage;
  dialect: SqlDialect;
  schema: Schema;
  /** The dashboard's own names. */
  variables: readonly string[];
  /** The choices of a variable are asked for, which PromQL has functions of its own for. */
  isOfVariable?: boolean;
  isWrong?: boolean;
  isReadOnly?: boolean;
  placeholder?: string;
  onChange: (text: string) => void;
  onRun?: (() => void) | undefined;
}

/** `$from` is a name and no quoted text, whatever the dialect makes of dollars. */
function withNames(dialect: SQLDialect): SQLDialect {
  return SQLDialect.define({
    ...dialect.spec,
    doubleDollarQuotedStrings: false,
    specialVar: '$',
  });
}

const kDialects: Record<SqlDialect, SQLDialect> = {
  duckdb: withNames(StandardSQL),
  postgres: withNames(PostgreSQL),
  mysql: withNames(MySQL),
  sqlite: withNames(SQLite),
};

const kPromql = new LanguageSupport(
  LRLanguage.define({
    parser: promqlParser,
    languageData: { closeBrackets: { brackets: ['(', '[', '{', "'", '"', '`'] } },
  }),
);

const kColors = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: 'var(--code-name)' },
  { tag: [tags.function(tags.variableName), tags.standard(tags.name)], color: 'var(--code-name)' },
  { tag: tags.string, color: 'var(--code-text)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--code-value)' },
  { tag: tags.labelName, color: 'var(--code-value)' },
  { tag: [tags.comment, tags.lineComment, tags.blockComment], color: 'var(--muted)' },
  { tag: [tags.punctuation, tags.separator, tags.bracket, tags.operator], color: 'var(--muted)' },
]);

const kQueryTheme = EditorView.theme({
  '&': { blockSize: 'auto', borderRadius: '6px' },
  '.cm-scroller': { maxBlockSize: '420px', minBlockSize: '72px', overflow: 'auto' },
  '.cm-content': { paddingBlock: '8px' },
  '.cm-line': { paddingInline: '10px' },
  '.cm-placeholder': { color: 'var(--muted)' },
  '.cm-known-name': { color: 'var(--accent)', fontWeight: '600' },
  '.cm-unknown-name': {
    textDecoration: 'underline wavy var(--danger)',
    textUnderlineOffset: '3px',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    fontFamily: 'var(--mono)',
    maxBlockSize: '260px',
    maxInlineSize: 'min(700px, var(--editor-width, 95vw))',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '3px 8px', lineHeight: '1.5' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    backgroundColor: 'var(--accent)',
    color: 'var(--on-accent)',
  },
  '.cm-tooltip-autocomplete ul li[aria-selected] .cm-completionDetail': { color: 'inherit' },
  '.cm-completionDetail': { color: 'var(--muted)', fontStyle: 'normal', marginInlineStart: '14px' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
  '.cm-completionIcon': { display: 'none' },
});

/** Higher stands first among those that fit what is typed equally well. */
const kWeights: Record<Candidate['kind'], number> = {
  column: 30,
  label: 30,
  name: 25,
  duration: 22,
  relation: 20,
  function: 10,
  keyword: 0,
};

function completionOf({ label, kind, detail, apply }: Candidate): Completion {
  return {
    label,
    type: kind,
    boost: kWeights[kind],
    ...(detail === undefined ? {} : { detail }),
    ...(apply === undefined ? {} : { apply }),
  };
}

const kOutsideText = /String|Comment|StringLiteral/;

/** Names of the dashboard stand out; those that it does not have do so too. */
function namesOf(told: { current: QueryEditorProps }): Extension {
  const known = Decoration.mark({ class: 'cm-known-name' });
  const unknown = Decoration.mark({
    class: 'cm-unknown-name',
    attributes: { title: 'The dashboard has no variable of this name.' },
  });
  const matcher = new MatchDecorator({
    regexp: /\$\{?([A-Za-z_]\w*)(?::\w+)?\}?/g,
    decoration: (match, view, at) => {
      const { language, variables } = told.current;
      const node = syntaxTree(view.state).resolveInner(at, 1);
      // In SQL a text is a text. In PromQL values stand in texts.
      if (language === 'sql' && kOutsideText.test(node.name)) return null;
      const wanted = match[1] ?? '';
      const all = namesFor(language, variables);
      const fits = (name: string): boolean =>
        language === 'sql' ? name.toLowerCase() === wanted.toLowerCase() : name === wanted;
      return all.some(({ name }) => fits(name)) ? known : unknown;
    },
  });
  return ViewPlugin.fromClass(
    class {
      decorations: DecorationSet;
      constructor(view: EditorView) {
        this.decorations = matcher.createDeco(view);
      }
      update(update: ViewUpdate): void {
        const isNewTree = syntaxTree(update.startState) !== syntaxTree(update.state);
        this.decorations =
          isNewTree || update.transactions.some((one) => one.reconfigured)
            ? matcher.createDeco(update.view)
            : matcher.updateDeco(update, this.decorations);
      }
    },
    { decorations: (plugin) => plugin.decorations },
  );
}

const kName = /^(?:\$\{?)?[\w:]*$/;

/** Nothing would come of choosing it. */
const isWritten = ({ label, apply }: Candidate, typed: string): boolean =>
  (apply ?? label).toLowerCase() === typed.toLowerCase();

function completing(told: { current: QueryEditorProps }): Extension {
  const source = (context: CompletionContext): CompletionResult | null => {
    const { language, schema, variables, dialect, isOfVariable = false } = told.current;
    const text = context.state.doc.toString();
    const found =
      language === 'sql'
        ? sqlCandidates(text, context.pos, schema, variables, dialect)
        : promqlCandidates(text, context.pos, schema, variables, isOfVariable);
    if (!found) return null;
    // Nothing opens by itself where nothing has been typed, but behind a dot or inside brackets.
    const isBegun = found.from < context.pos || /[.[{,(]$/.test(text.slice(0, context.pos));
    if (!context.explicit && !isBegun) return null;
    const typed = text.slice(found.from, context.pos);
    const options = found.options.filter((option) => !isWritten(option, typed));
    // A word that is written out is left away, until it is no whole word any more.
    const isWhole = options.length < found.options.length;
    const wholes = new Set(options.map(({ label, apply }) => (apply ?? label).toLowerCase()));
    return {
      from: found.from,
      options: options.map(completionOf),
      ...(isWhole
        ? {}
        : { validFor: (now: string) => kName.test(now) && !wholes.has(now.toLowerCase()) }),
    };
  };
  return autocompletion({ override: [source], icons: false, maxRenderedOptions: 60 });
}

const languageOf = ({ language, dialect }: QueryEditorProps): Extension =>
  language === 'promql' ? kPromql : sql({ dialect: kDialects[dialect] });

const attributesOf = ({ label, isWrong = false }: QueryEditorProps): Extension =>
  EditorView.contentAttributes.of({
    'aria-label': label,
    ...(isWrong ? { 'aria-invalid': 'true' } : {}),
  });

/** As wide as the editor, and no wider than the window. */
function spaceOf(view: EditorView): { top: number; left: number; bottom: number; right: number } {
  const { left, right } = view.dom.getBoundingClientRect();
  return {
    top: 0,
    left: Math.max(left, 0),
    bottom: window.innerHeight,
    right: Math.min(right, window.innerWidth),
  };
}

/** The list does not come up behind the back of somebody who has gone on already. */
const kClosedBehind: Extension = EditorView.domEventHandlers({
  blur: (_event, view) => {
    setTimeout(() => {
      if (!view.hasFocus && completionStatus(view.state) === 'pending') closeCompletion(view);
    });
  },
});

/** On a change that the page made, which it need not be told of. */
const fromPage = Annotation.define<boolean>();

/** What may change while the editor stands. */
interface Changing {
  language: Compartment;
  attributes: Compartment;
}

export function QueryEditor(props: QueryEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const changing = useRef<Changing>({
    language: new Compartment(),
    attributes: new Compartment(),
  });
  const told = useRef(props);
  told.current = props;

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    // The page's policy allows no style elements; a shadow root takes constructed sheets.
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
    const place = document.createElement('div');
    root.append(place);
    const editor = new EditorView({
      parent: place,
      root,
      state: EditorState.create({
        doc: told.current.text,
        extensions: [
          history(),
          drawSelection(),
          bracketMatching(),
          closeBrackets(),
          EditorView.lineWrapping,
          tooltips({ position: 'fixed', tooltipSpace: spaceOf }),
          kClosedBehind,
          changing.current.language.of(languageOf(told.current)),
          changing.current.attributes.of(attributesOf(told.current)),
          completing(told),
          namesOf(told),
          syntaxHighlighting(kColors),
          kTheme,
          kQueryTheme,
          EditorState.readOnly.of(told.current.isReadOnly === true),
          placeholder(told.current.placeholder ?? ''),
          Prec.highest(
            keymap.of([
              {
                key: 'Mod-Enter',
                preventDefault: true,
                run: (view) => {
                  closeCompletion(view);
                  told.current.onRun?.();
                  return true;
                },
              },
            ]),
          ),
          keymap.of([
            ...closeBracketsKeymap,
            ...completionKeymap,
            ...defaultKeymap,
            ...historyKeymap,
            indentWithTab,
          ]),
          EditorView.updateListener.of((update) => {
            if (update.geometryChanged) {
              place.style.setProperty('--editor-width', `${update.view.dom.clientWidth}px`);
            }
            const isOwn = update.transactions.some((one) => one.annotation(fromPage) === true);
            if (update.docChanged && !isOwn) told.current.onChange(update.state.doc.toString());
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

  // What the page has changed; what was typed here is there already. With the drawing and not after
  // it: a key pressed in between would be taken for a difference.
  useLayoutEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === props.text) return;
    editor.dispatch({
      changes: { from: 0, to: editor.state.doc.length, insert: props.text },
      // The page has its own way back from what it has changed.
      annotations: [fromPage.of(true), Transaction.addToHistory.of(false)],
    });
  }, [props.text]);

  const { language, dialect, label, isWrong } = props;
  const names = props.variables.join(' ');
  useEffect(() => {
    const parts = changing.current;
    view.current?.dispatch({
      effects: [
        parts.language.reconfigure(languageOf(told.current)),
        parts.attributes.reconfigure(attributesOf(told.current)),
      ],
    });
  }, [language, dialect, label, isWrong, names]);

  return <div class="query-editor" data-query-editor ref={host} />;
}
