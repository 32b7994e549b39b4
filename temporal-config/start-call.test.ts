import { describe, expect, it } from 'vitest';
import { agentCallWorkflowOptions, callSummary, callWorkflowOptions, cutToBytes } from './start-call.ts';

const call = {
  callId: 'c0ffee00-0000-4000-8000-000000000001',
  kind: 'robot' as const,
  edge: { node: 'edge-1', epoch: 3 },
  contactId: 12,
  attempt: 2,
  campaign: { name: 'oradea', label: 'Oradea' },
  listId: 7,
  priority: true,
};

describe('callWorkflowOptions', () => {
  it('gives the workflow ids only, in one input', () => {
    const options = callWorkflowOptions(call);
    expect(options.args).toEqual([{ callId: call.callId, kind: 'robot', edge: call.edge }]);
    expect(options.workflowId).toBe('call:12:2');
    expect(options.workflowIdReusePolicy).toBe('REJECT_DUPLICATE');
    expect(options.workflowTaskTimeout).toBe('2 seconds');
  });
});

describe('agentCallWorkflowOptions', () => {
  const wrapUp = { seconds: 120, extendSeconds: 60, atEnd: 'keep' as const, confirmSeconds: 10 };
  const agentCall = { ...call, kind: 'outbound' as const, agentId: 5, wrapUp };

  it('names the agent and the bounds of the wrap-up, and nothing personal', () => {
    const options = agentCallWorkflowOptions(agentCall);
    expect(options.args).toEqual([
      { callId: call.callId, kind: 'outbound', edge: call.edge, agentId: 5, wrapUp },
    ]);
    expect(options.workflowId).toBe('call:12:2');
    expect(options.typedSearchAttributes.map(({ key, value }) => [key.name, value])).toContainEqual([
      'AgentId',
      '5',
    ]);
  });

  it('names a call without a contact by its own id', () => {
    const { contactId: _, ...manual } = agentCall;
    expect(agentCallWorkflowOptions(manual).workflowId).toBe(`call:${call.callId}`);
  });
});

describe('callSummary', () => {
  it('says what operators need, in words', () => {
    expect(callSummary(call)).toBe('Apel campanie Oradea, încercarea 2, prioritar');
    expect(callSummary({ ...call, priority: false })).toBe('Apel campanie Oradea, încercarea 2');
  });

  it('stays within the 200 bytes that the server takes, whatever the label', () => {
    const label = 'țș'.repeat(200);
    const summary = callSummary({ ...call, campaign: { name: 'x', label } });
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(200);
    expect(summary).toMatch(/…, încercarea 2, prioritar$/);
  });
});

describe('cutToBytes', () => {
  it('cuts between characters', () => {
    expect(cutToBytes('ștșț', 6)).toBe('șt…');
    expect(cutToBytes('Oradea', 6)).toBe('Oradea');
  });
});
