/**
 * Every key of the catalogues, and the groups in which their words are fetched: those of `ro` come with the first page.
 * @module
 */
import type { roAdmin } from './ro-admin.ts';
import type { roDesk } from './ro-desk.ts';
import type { roFloor } from './ro-floor.ts';
import type { roPages } from './ro-pages.ts';
import type { roReports } from './ro-reports.ts';
import type { ro } from './ro.ts';

/**
 * `pages`: calls, campaigns, what several pages share; `desk`: the agent's desk; `reports`: every report and the history of
 * a person; `floor`: the wall and recordings; `admin`: people, lists, contacts, configuration.
 */
export type WordGroup = 'pages' | 'desk' | 'reports' | 'floor' | 'admin';

export type Key = FirstKey | DeskKey | ReportsKey | FloorKey | AdminKey;

/** Keys whose English words stand in `en.ts`. */
export type FirstKey = keyof typeof ro | keyof typeof roPages;
export type DeskKey = keyof typeof roDesk;
export type ReportsKey = keyof typeof roReports;
export type FloorKey = keyof typeof roFloor;
export type AdminKey = keyof typeof roAdmin;
