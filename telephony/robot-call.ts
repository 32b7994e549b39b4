/**
 * A call in which a prompt talks to the customer: the frame is `call.ts`, the script `robot-script.ts`.
 * @module
 */
import { placeCall } from './call.ts';
import type { CallContext, CallDeps, CallParams, CallPart, RunningCall } from './call-part.ts';
import { runRobotScript, type RobotScript } from './robot-script.ts';

export interface RobotCallParams extends CallParams {
  script: RobotScript;
}

/** Starts the call. @throws Error with code `EEXIST` when this call was begun before */
export function placeRobotCall(deps: CallDeps, params: RobotCallParams): RunningCall {
  return placeCall(deps, params, (call) => robotPart(call, params.script));
}

function robotPart({ deps, media, journal }: CallContext, script: RobotScript): CallPart {
  const { menu, prompt } = script;
  return {
    opened: { promptMs: prompt.durationMs, ...(menu ? { menu: menu.keys } : {}) },
    talk: async ({ keys, signal }) => {
      await runRobotScript({ media, journal, keys, promptsDir: deps.folders.promptsDir }, script, signal);
    },
  };
}
