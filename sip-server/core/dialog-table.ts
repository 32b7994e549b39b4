import type { Envelope } from '../message/envelope.ts';
import { dialogIdOf } from '../message/ids.ts';
import type { AppConnection } from '../wire/app-connection.ts';
import type { Dialog } from './dialog.ts';

/**
 * All dialogs. A call from one of our applications to another (or to itself) gives both its ends the same
 * dialog id, hence one map per role.
 */
export class DialogTable {
  readonly #uac = new Map<string, Dialog>();
  readonly #uas = new Map<string, Dialog>();

  get size(): number {
    return this.#uac.size + this.#uas.size;
  }

  add(dialog: Dialog): void {
    this.#mapOf(dialog.role).set(dialog.id, dialog);
  }

  /** Forgets a dialog and ends what ran for it. */
  remove(dialog: Dialog): void {
    dialog.state = 'terminated';
    dialog.sessionTimer?.cancel();
    const map = this.#mapOf(dialog.role);
    if (map.get(dialog.id) === dialog) map.delete(dialog.id);
  }

  get(role: 'uac' | 'uas', id: string): Dialog | undefined {
    return this.#mapOf(role).get(id);
  }

  /** The dialog an application means; when both ends are here, its own. */
  find(id: string, app: AppConnection): Dialog | undefined {
    const uac = this.#uac.get(id);
    const uas = this.#uas.get(id);
    if (uac && uas) return uas.owner === app && uac.owner !== app ? uas : uac;
    return uac ?? uas;
  }

  /** The dialog a request of the network belongs to (RFC 3261 §12.2.2). */
  match({ callId, fromTag, toTag }: Envelope): Dialog | undefined {
    if (toTag === undefined) return undefined;
    const uac = this.#uac.get(dialogIdOf(callId, toTag));
    if (uac && uac.remoteTag === fromTag) return uac;
    const uas = this.#uas.get(dialogIdOf(callId, fromTag));
    return uas && uas.localTag === toTag ? uas : undefined;
  }

  *ownedBy(app: AppConnection): Iterable<Dialog> {
    for (const map of [this.#uac, this.#uas]) {
      for (const dialog of map.values()) if (dialog.owner === app) yield dialog;
    }
  }

  #mapOf(role: 'uac' | 'uas'): Map<string, Dialog> {
    return role === 'uac' ? this.#uac : this.#uas;
  }
}
