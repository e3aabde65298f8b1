// What became of a dashboard that came from Grafana: what was left out first.
import type { ImportNote } from '../api/types';
import { Badge } from '../ui/bits';
import { Card } from '../ui/page';

const kKinds = [
  { kind: 'left_out', title: 'Left out', tone: 'bad' },
  { kind: 'changed', title: 'Changed', tone: 'warn' },
  { kind: 'taken', title: 'Taken as it is', tone: 'good' },
] as const;

export function ImportNotes({ notes }: { notes: ImportNote[] }) {
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
                    <span class="note-about">{note.about || 'The dashboard'}</span>
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
