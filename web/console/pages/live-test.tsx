// Opens a link as a page would: in a frame, here and now.
import { useEffect, useRef, useState } from 'preact/hooks';
import { Glyph } from '../ui/icons';

interface Told {
  type: 'ready' | 'denied';
  code: string;
}

/** What the page inside the frame tells its host, when it is about opening. */
function toldBy(data: unknown): Told | null {
  if (typeof data !== 'object' || data === null) return null;
  const { source, type, code } = data as { source?: unknown; type?: unknown; code?: unknown };
  if (source !== 'casement' || (type !== 'ready' && type !== 'denied')) return null;
  return { type, code: typeof code === 'string' ? code : '' };
}

export function LiveTest({ url }: { url: string }) {
  const frame = useRef<HTMLIFrameElement>(null);
  const section = useRef<HTMLElement>(null);
  const [told, setTold] = useState<Told | null>(null);
  const [isLoaded, setLoaded] = useState(false);
  useEffect(() => {
    const onMessage = (event: MessageEvent): void => {
      if (event.source !== frame.current?.contentWindow) return;
      const said = toldBy(event.data);
      if (said) setTold(said);
    };
    window.addEventListener('message', onMessage);
    return () => window.removeEventListener('message', onMessage);
  }, []);
  // The button that asked for it is gone: whoever pressed it goes on here.
  useEffect(() => section.current?.focus(), []);
  return (
    <section ref={section} class="live-test" aria-label="Live test" tabIndex={-1}>
      <p
        role="status"
        class={told === null ? 'hint' : told.type === 'denied' ? 'notice bad' : 'notice good'}
      >
        {told !== null && <Glyph name={told.type === 'denied' ? 'alert' : 'check'} />}
        {told === null &&
          (isLoaded
            ? 'The frame has loaded: it shows the dashboard, or says why not.'
            : 'The frame is opening.')}
        {told?.type === 'ready' && 'It opened in this frame.'}
        {told?.type === 'denied' && `The link was refused (${told.code}). The frame says why.`}
      </p>
      {/* Its own origin is this server's, without which no session can be kept; it may do nothing
          to the page around it. */}
      <iframe
        ref={frame}
        title="The dashboard, as a viewer sees it"
        src={url}
        onLoad={() => setLoaded(true)}
        sandbox="allow-scripts allow-same-origin allow-downloads"
        referrerpolicy="no-referrer"
      />
    </section>
  );
}
