// Pages that come when they are asked for.
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Glyph } from './icons';
import { Loading } from './states';

export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let there: ComponentType<P> | null = null;
  return function Lazy(props: P) {
    const [state, setState] = useState<{ isMissing: boolean; isThere: boolean }>({
      isMissing: false,
      isThere: there !== null,
    });
    useEffect(() => {
      if (there) return;
      let isGone = false;
      load().then(
        (component) => {
          there = component;
          if (!isGone) setState({ isMissing: false, isThere: true });
        },
        () => {
          if (!isGone) setState({ isMissing: true, isThere: false });
        },
      );
      return () => {
        isGone = true;
      };
    }, []);
    // A module that failed once stays failed in this page: only a reload asks again.
    if (state.isMissing) return <PartFailed />;
    if (!state.isThere || !there) return <Loading what="the page" />;
    const Component = there;
    return <Component {...props} />;
  };
}

function PartFailed() {
  return (
    <div class="failed" role="alert">
      <Glyph name="offline" />
      <div>
        <h1>This page could not be loaded</h1>
        <p>Its program did not arrive. Reload when the server can be reached again.</p>
      </div>
      <button type="button" class="button" onClick={() => window.location.reload()}>
        Reload
      </button>
    </div>
  );
}
