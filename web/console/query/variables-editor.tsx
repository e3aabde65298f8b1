// The variables of a dashboard: their list, and the form of the one that is open.
import { useState } from 'preact/hooks';
import type { Json, JsonObject, Model, Source } from '../api/types';
import { confirm } from '../state/confirming';
import { toast } from '../state/toasts';
import { Badge } from '../ui/bits';
import { Glyph } from '../ui/icons';
import { textOf } from './json';
import { useKeys } from './keyed';
import { ListButtons } from './list-buttons';
import { sourceVariables, type Known } from './queries';
import { usesOf, withRenamed } from './variable-uses';
import {
  addedVariable,
  duplicatedVariable,
  kMostVariables,
  movedVariable,
  replacedVariable,
  summaryOf,
  typeOfVariable,
  variablesOf,
  withoutVariable,
} from './variables';
import { VariableForm } from './variable-form';

export interface VariablesEditorProps {
  document: Json;
  sources: Source[];
  models: Model[];
  onChange: (document: Json) => void;
  /** By path in the document: "variables[0].query.sql". */
  errors?: Record<string, string>;
}

export function VariablesEditor(props: VariablesEditorProps) {
  const { document, sources, models, onChange, errors = {} } = props;
  const known: Known = { sources, models, sourceVariables: sourceVariables(document) };
  const variables = variablesOf(document);
  const names = variables.map((one) => textOf(one['name']));
  const { keys, insert, remove, move } = useKeys(variables.length);
  const [open, setOpen] = useState<string | null>(null);

  const errorsAt = (at: number): Record<string, string> => {
    const path = `variables[${at}]`;
    return Object.fromEntries(
      Object.entries(errors)
        .filter(([field]) => field === path || field.startsWith(`${path}.`))
        .map(([field, words]) => [field.slice(path.length + 1), words]),
    );
  };

  const rename = (from: string, to: string): void => {
    const uses = usesOf(document, from);
    onChange(withRenamed(document, from, to));
    if (uses.length > 0) {
      toast(
        `$${from} is $${to} now, also in ${uses.length === 1 ? '1 place' : `${uses.length} places`} that named it. Shares and links that set it have to be changed too.`,
      );
    }
  };

  const drop = async (at: number): Promise<void> => {
    const name = names[at] ?? '';
    const uses = usesOf(document, name);
    if (uses.length > 0) {
      const some = uses.slice(0, 4).join(', ');
      const rest = uses.length > 4 ? ` and ${uses.length - 4} more` : '';
      const isSure = await confirm({
        title: `Remove $${name} all the same?`,
        text: `It is named in ${some}${rest}. The dashboard is refused until nothing names it any more.`,
        act: 'Remove',
      });
      if (!isSure) return;
    }
    remove(at);
    onChange(withoutVariable(document, at));
  };

  return (
    <div class="variables-editor">
      {variables.length === 0 && (
        <p class="muted">
          There is no variable yet. With one, viewers choose what the panels show, as far as a share
          lets them.
        </p>
      )}
      <ol class="variable-items">
        {variables.map((variable, at) => {
          const key = keys[at] ?? '';
          const wrong = errorsAt(at);
          const isOpen = open === key || Object.keys(wrong).length > 0;
          const name = names[at] ?? '';
          return (
            <li key={key} class="variable-item">
              <div class="variable-head">
                <button
                  type="button"
                  class="variable-title"
                  aria-expanded={isOpen}
                  onClick={() => setOpen(isOpen ? null : key)}
                >
                  <Glyph name="chevron" />
                  <span class="variable-name code">${name}</span>
                  {textOf(variable['label']) !== '' && <span>{textOf(variable['label'])}</span>}
                  <Badge>{typeOfVariable(variable)}</Badge>
                  <span class="variable-summary muted">{summaryOf(variable)}</span>
                </button>
                <ListButtons
                  what={`variable ${name}`}
                  at={at}
                  count={variables.length}
                  onMove={(to) => {
                    move(at, to);
                    onChange(movedVariable(document, at, to));
                  }}
                  onDuplicate={
                    variables.length < kMostVariables
                      ? () => {
                          setOpen(insert(at + 1));
                          onChange(duplicatedVariable(document, at));
                        }
                      : null
                  }
                  onRemove={() => void drop(at)}
                />
              </div>
              {isOpen && (
                <VariableForm
                  variable={variable}
                  document={document}
                  names={names.filter((_, other) => other !== at)}
                  known={known}
                  errors={wrong}
                  onRename={(to) => rename(name, to)}
                  onChange={(changed: JsonObject) =>
                    onChange(replacedVariable(document, at, changed))
                  }
                />
              )}
            </li>
          );
        })}
      </ol>
      {variables.length < kMostVariables && (
        <button
          type="button"
          class="button"
          onClick={() => {
            setOpen(insert(variables.length));
            onChange(addedVariable(document, known));
          }}
        >
          <Glyph name="plus" />
          Add a variable
        </button>
      )}
    </div>
  );
}
