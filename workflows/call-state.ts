/**
 * @module
 */
import { ApplicationFailure } from '@temporalio/common';
import type { CallStage } from '../contracts/model/call.ts';
import type { CallStatusView, SetOutcomeInput } from '../contracts/temporal/messages.ts';
import type { RobotCallInput } from '../contracts/temporal/workflow-types.ts';

/** A status code as sites write it; whether it exists is known to the database, and the commit says so. */
const STATUS_CODE = /^[a-z0-9][a-z0-9-]{0,39}$/;

/** What an operator can do, by stage; shown by the `status` query. Ringing and talking are on the page only. */
const HINTS: Partial<Record<CallStage, string>> = {
  inviting:
    'La nod: sună sau vorbește (pe pagină se vede care). Închide apelul: temporal workflow update execute -w ID --name release',
  'wrap-up':
    'Apelul s-a încheiat și așteaptă ca agentul să salveze rezultatul. Dacă agentul nu mai revine: temporal workflow update execute -w ID --name setOutcome --input \'{"status":"no-outcome","by":"NUME"}\'',
  committing:
    'Apelul s-a încheiat și își așteaptă înscrierea în baza de date. Dacă durează, verificați Postgres; se reia singur la cel mult 15 s.',
};
const COMMITTED_HINT = 'Încheiat și înscris; nu mai e nimic de făcut.';

/** The state of one call workflow beside its straight line: for queries and operators' updates. */
export class CallState {
  readonly #input: RobotCallInput;
  #stage: CallStage = 'inviting';
  #status: string | undefined;
  #override: SetOutcomeInput | undefined;

  constructor(input: RobotCallInput) {
    this.#input = input;
  }

  enter(stage: CallStage): void {
    this.#stage = stage;
  }

  committed(status: string): void {
    this.#status = status;
  }

  view(): CallStatusView {
    const { callId, edge } = this.#input;
    const done = this.#status !== undefined;
    return {
      callId,
      stage: this.#stage,
      edge,
      ...(done && { status: this.#status }),
      hint: done ? COMMITTED_HINT : (HINTS[this.#stage] ?? ''),
    } as CallStatusView;
  }

  /** Validator of `release`. @throws when the call has left the edge */
  mustBeOnEdge(): void {
    if (this.#stage === 'committing' || this.#stage === 'wrap-up')
      throw refused('apelul s-a încheiat deja; nu mai este la nod');
  }

  /** Validator of `setOutcome`. @throws when the input is wrong or the call is committed */
  mustAcceptOutcome(outcome: SetOutcomeInput): void {
    if (this.#status !== undefined) throw refused(`apelul este înscris deja cu statusul ${this.#status}`);
    if (typeof outcome?.status !== 'string' || !STATUS_CODE.test(outcome.status)) {
      throw refused('status: trebuie să fie un cod de status, de exemplu "technical-failure"');
    }
    if (typeof outcome.by !== 'string' || outcome.by.trim() === '') {
      throw refused('by: trebuie să fie numele utilizatorului care hotărăște');
    }
  }

  overrideOutcome(outcome: SetOutcomeInput): { status: string } {
    this.#override = { status: outcome.status, by: outcome.by };
    return { status: outcome.status };
  }

  /** An operator has decided: nobody waits for an agent any more. */
  get isDecided(): boolean {
    return this.#override !== undefined;
  }

  statusOverride(): { statusOverride?: SetOutcomeInput } {
    return this.#override ? { statusOverride: this.#override } : {};
  }
}

/** An operator's command is refused: the message is what the CLI prints. */
function refused(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, 'invalid-input');
}
