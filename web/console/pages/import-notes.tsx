// What became of a dashboard that came from Grafana: what was left out first.
import type { ImportNote, Json, JsonObject } from '../api/types';
import { Badge } from '../ui/bits';
import { Card } from '../ui/page';

const kKinds = [
  { kind: 'left_out', title: 'Left out', tone: 'bad' },
  { kind: 'changed', title: 'Changed', tone: 'warn' },
  { kind: 'taken', title: 'Taken as it is', tone: 'good' },
] as const;

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Titles of panels by id; none where several have the same id. */
export function panelTitles(document: JsonObject | null): Map<number, string> {
  const titles = new Map<number, string>();
  const seen = new Set<number>();
  const read = (place: JsonObject): void => {
    for (const name of ['dashboard', 'panels', 'rows']) {
      const value = place[name];
      for (const one of Array.isArray(value) ? value : [value]) {
        if (!isObject(one)) continue;
        const { id, title } = one;
        if (name === 'panels' && typeof id === 'number') {
          if (seen.has(id)) titles.delete(id);
          else if (typeof title === 'string' && title !== '') titles.set(id, title);
          seen.add(id);
        }
        read(one);
      }
    }
  };
  if (document) read(document);
  return titles;
}

/** What a note is about, with the title where it is a panel that has one. */
function aboutWords(about: string, titles: Map<number, string>): string {
  if (about === '') return 'The dashboard';
  const panel = /^panel (\d+)/.exec(about);
  const title = panel && titles.get(Number(panel[1]));
  return panel && title ? about.replace(panel[0], () => `${panel[0]} “${title}”`) : about;
}

/** `document`: the dashboard that the notes are about, for the titles of its panels. */
export function ImportNotes({
  notes,
  document,
}: {
  notes: ImportNote[];
  document: JsonObject | null;
}) {
  const titles = panelTitles(document);
  return (
    <>
      {kKinds.map(({ kind, title, tone }) => {
        const own = notes.filter((note) => note.kind === kind);
        return (
          own.length > 0 && (
            <Card
              key={kind}
              title={title}
              actions={<Badge tone={tone}>{String(own.length)}</Badge>}
            >
              <ul class="notes">
                {own.map((note, at) => (
                  <li key={at}>
                    <span class="note-about">{aboutWords(note.about, titles)}</span>
                    <span>{note.sentence}</span>
                  </li>
                ))}
              </ul>
            </Card>
          )
        );
      })}
    </>
  );
}
