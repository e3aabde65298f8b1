// The part "menus": what opens when somebody goes to a button.
import './icons';
import { ChoiceList } from './choice-list';
import { MenuPanel } from './menu-panel';
import { PanelMenu } from './panel-menu';
import { ThemeMenu } from './theme-menu';
import { TimeMenu } from './time-menu';

export const menus = { ChoiceList, MenuPanel, PanelMenu, ThemeMenu, TimeMenu };
export type Menus = typeof menus;
