import type { Link } from '../api/wire';
import { parts } from '../state/parts';
import type { Viewer } from '../state/viewer';

interface LinksProps {
  links: Link[];
  viewer: Viewer;
  from: number;
  to: number;
}

/** Links of a panel or of the page: what fills them in and looks at them is in the part "fields". */
export function Links({ links, viewer, from, to }: LinksProps) {
  const part = parts.get('fields');
  if (typeof part === 'string' || !part.links) return null;
  const Shown = part.links;
  return <Shown links={links} from={from} to={to} variables={viewer.variables.value} />;
}
