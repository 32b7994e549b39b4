import type { AppConnection } from '../wire/app-connection.ts';

/** The connected applications, and whose turn it is. */
export class AppRegistry {
  readonly #apps: AppConnection[] = [];
  #turn = 0;

  add(app: AppConnection): void {
    this.#apps.push(app);
  }

  remove(app: AppConnection): void {
    const index = this.#apps.indexOf(app);
    if (index >= 0) this.#apps.splice(index, 1);
  }

  /** Round robin over the applications that asked for this method (lower case). */
  pick(method: string): AppConnection | undefined {
    for (let i = 1; i <= this.#apps.length; i++) {
      const index = (this.#turn + i) % this.#apps.length;
      const app = this.#apps[index];
      if (!app || app.closed || !app.routes.has(method)) continue;
      this.#turn = index;
      return app;
    }
    return undefined;
  }
}
