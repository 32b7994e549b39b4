/**
 * Test calls over a trunk, what is out of use, agents' queues, columns of a file, in English.
 * @module
 */
import type { Entry } from './entry.ts';
import type { roManage } from './ro-manage.ts';

export const enManage: Record<keyof typeof roManage, Entry> = {
  'config.keep.used': 'While it is used it is neither removed nor taken out of use.',
  'config.keep.open-calls': 'Calls in progress use it: wait for their end.',
  'config.keep.agents': 'Agents who are on shift now use it.',
  'config.keep.system': 'The system sets it, not people: it stays.',
  'config.retire': 'Take out of use',
  'config.retireHint':
    'It has a history and is not removed. Out of use it is offered nowhere, and reports keep its name.',
  'config.retireTitle': 'Take “{name}” out of use?',
  'config.retireText.campaign':
    'The campaign stops and is no longer among the choices. Its calls, lists and reports stay. It can be taken back at any time.',
  'config.retireText.trunk':
    'The trunk is no longer among the choices and no longer registers at the carrier. It can be taken back at any time.',
  'config.retireText.status':
    'Nobody can choose it any more. Calls and reports keep it. It can be taken back at any time.',
  'config.retiredToast': '“{name}” is out of use.',
  'config.restore': 'Take back into use',
  'config.restoredToast': '“{name}” is in use again.',
  'config.retired': 'Out of use',
  'config.retiredTitle': 'Out of use since {at}, by {by}',
  'config.retiredText': 'It is offered nowhere; reports keep its name. To change it, take it back into use.',
  'config.retiredList': { one: 'One is out of use', few: '{n} are out of use', other: '{n} are out of use' },
  'config.restoreMissing': 'What it uses is out of use: {names}',
  'audit.do.trunk.test': 'Made a test call',
  'audit.do.config.retire': 'Took out of use',
  'audit.do.config.restore': 'Took back into use',
  'audit.do.queue.take': 'Took contacts out of the queue',
  'audit.do.queue.order': 'Changed the order of the queue',
  'config.test.title': 'Test call',
  'config.test.lead':
    'Really calls a number over this trunk, plays something short and hangs up. No report counts it.',
  'config.test.dirty': 'The call uses the saved version: what is not saved is not tried.',
  'config.test.number': 'Number to call',
  'config.test.numberHint': 'Your telephone, or a colleague’s.',
  'config.test.callerId': 'Number shown',
  'config.test.callerIdHint': 'One that the carrier accepts from you.',
  'config.test.prompt': 'What is played',
  'config.test.ownSound': 'A short signal',
  'config.test.call': 'Call now',
  'config.test.calling': 'Getting ready…',
  'config.test.hangUp': 'Hang up',
  'config.test.again': 'Call again',
  'config.test.bad.number': 'Type a phone number, such as 0722 123 456.',
  'config.test.bad.emergency': 'Short and emergency numbers are not called.',
  'config.test.bad.premium': 'Premium numbers are not called.',
  'config.test.step.claimed': 'Ready',
  'config.test.step.inviting': 'Sent to the carrier',
  'config.test.step.ringing': 'It rings',
  'config.test.step.answered': 'Answered',
  'config.test.step.played': 'Playing',
  'config.test.step.ended': 'Over',
  'config.test.state.done': 'done',
  'config.test.state.now': 'now',
  'config.test.state.ahead': 'to come',
  'config.test.state.skipped': 'did not happen',
  'config.test.sip': 'The carrier’s answer: {status}',
  'config.test.sipNone': 'The carrier gave no final answer.',
  'config.test.heard': '{heard} of {whole} were heard.',
  'config.test.who': '{number}, by {by}',
  'config.test.earlier': 'Earlier test calls',
  'config.test.none': 'No test call over this trunk yet.',
  'config.test.running': 'In progress',
  'config.test.ok': 'The trunk works',
  'config.test.failed': 'The call did not arrive: {reason}',
  'config.test.do.works': 'The connection, the number shown and the sound are good.',
  'config.test.do.reached':
    'The carrier took the call to the telephone. To try the sound as well, call one that you answer.',
  'config.test.do.number':
    'The carrier does not know the number. Check it; if it is right, change the trunk’s “Form of numbers”.',
  'config.test.do.log-in':
    'The carrier does not take the user name or the password. Type them again on this page and check their realm.',
  'config.test.do.forbidden':
    'The carrier refuses the call: the number shown is not yours, the server’s address is not on its list, or the account is blocked. Ask the carrier.',
  'config.test.do.busy-carrier':
    'The carrier cannot take the call now. Try in some minutes; if it stays so, ask how many channels you have.',
  'config.test.do.no-response':
    'Nobody answers at the trunk’s address. Check address, port, transport and the rules of the firewall.',
  'config.test.do.bad-response':
    'The carrier does not understand the call. Check transport, form of numbers and From domain, then show them the code above.',
  'config.test.do.media':
    'The carrier does not take G.711 without encryption. Ask for the codec PCMA (G.711 A-law).',
  'config.test.do.gate':
    'The number was stopped before the call: meanwhile it asked not to be called, it still rings, or the trunk changed.',
  'config.test.do.released': 'The call was ended by us before its end. Call again for a result.',
  'config.test.do.platform':
    'The call did not leave, or broke at our side, not the carrier’s. Look at the wall for the node, the SIP server and the media server.',
  'config.test.no.retired': 'The trunk is out of use.',
  'config.test.no.no-such-prompt': 'The prompt that was chosen is gone.',
  'config.test.no.test-running': 'A test call over this trunk is in progress.',
  'config.test.no.do-not-call': 'The person asked not to be called.',
  'config.test.no.prefix-not-permitted':
    'The trunk may not call this prefix. Add it to “Permitted prefixes”.',
  'config.test.no.trunk-bound': 'This is a demo number: only the simulated carrier may call it.',
  'config.test.no.number-busy': 'The number is on another call right now.',
  'config.test.no.trunk-channels': 'All channels of the trunk are taken. Try as soon as one is free.',
  'config.test.no.trunk-rate': 'The trunk has reached its calls per second. Try again in a second.',
  'config.test.no.no-edge': 'No telephony node takes calls now.',
};
