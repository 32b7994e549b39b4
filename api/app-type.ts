/**
 * The type of the API for the page's typed client (`hc<AppType>`). Import it as a type only: no code of the API may
 * reach the browser.
 * @module
 */
import type { createApp } from './create-app.ts';

export type AppType = ReturnType<typeof createApp>['app'];
