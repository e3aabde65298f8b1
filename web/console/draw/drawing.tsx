// A dashboard, drawn as its viewers see it.
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { App } from '../../viewer/ui/app';
import { DrawnSession, type DrawnThing } from './session';
import { DrawnViewer, type DrawnEvents } from './viewer';

/** A viewer that lives as long as the component, and opens when it is first drawn. */
export function useDrawnViewer(thing: DrawnThing, events: DrawnEvents = {}): DrawnViewer {
  const viewer = useMemo(() => new DrawnViewer(new DrawnSession(thing), events), []);
  useEffect(() => {
    void viewer.open();
    return () => viewer.stop();
  }, []);
  return viewer;
}

export function Drawing({ viewer, tools }: { viewer: DrawnViewer; tools?: ComponentChildren }) {
  return (
    <div class="drawing">
      <App viewer={viewer} tools={tools} />
    </div>
  );
}
