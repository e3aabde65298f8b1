// Icons of what the console adds to a panel's menu.
import { addIcons } from '../../viewer/ui/icons';
import { kPen } from '../ui/icons';

addIcons({
  alone: 'M2.5 2.5h11v11h-11zM5.5 5.5h5v5h-5z',
  picture: 'M2.5 3h11v10h-11zM2.5 11l3.2-3.2 2.6 2.6 2-2 3.2 3M10.8 6h.01',
  inspect:
    'M9.5 2.5h-6v11h4M9.5 2.5l3 3M9.5 2.5v3h3V7M13 11a2 2 0 1 1-4 0 2 2 0 0 1 4 0ZM12.4 12.5l1.4 1.4',
  pen: kPen,
});
