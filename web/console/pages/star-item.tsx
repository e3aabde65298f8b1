// The star of a dashboard in its menu.
import { wordsOf } from '../api/client';
import { getHome, setStar } from '../data/watch';
import { useResource } from '../state/resource';
import { toast } from '../state/toasts';
import { MenuItem } from '../ui/frame';

async function put(uid: string, isOn: boolean): Promise<void> {
  try {
    await setStar(uid, isOn);
    toast(isOn ? 'It stands under Starred now.' : 'Its star is taken away.');
  } catch (error) {
    toast(wordsOf(error), 'bad');
  }
}

/** The home knows the stars; it is asked when the menu opens. Until it answers, one can only add. */
export function StarItem({ uid, onDone }: { uid: string; onDone: () => void }) {
  const home = useResource('home', getHome);
  const isOn = home.value?.dashboards.find((one) => one.uid === uid)?.starred === true;
  return (
    <MenuItem
      icon="star"
      label={isOn ? 'Take the star away' : 'Star'}
      onChoose={() => {
        onDone();
        void put(uid, !isOn);
      }}
    />
  );
}
