// What a source says of a query that it refuses. Its sentences wrap; the line that it points into does
// not, so that the sign below it stands under the right letter.
const kPlace = /\n+(?=LINE \d+:)/;

export function SourceWords({ text }: { text: string }) {
  const [said = '', ...rest] = text.split(kPlace);
  const place = rest.join('\n').trimEnd();
  return (
    <span class="source-words">
      {said}
      {place !== '' && (
        <span class="source-place" role="group" aria-label="Where in the query" tabIndex={0}>
          {place}
        </span>
      )}
    </span>
  );
}
