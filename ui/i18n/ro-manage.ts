/**
 * Test calls over a trunk, what is out of use, agents' queues, columns of a file, in Romanian.
 * @module
 */
import type { Entry } from './entry.ts';

export const roManage = {
  'config.f.thresholds.metrics.answer-rate': 'Rata de răspuns',
  'config.f.thresholds.metrics.success-rate': 'Rata de reușită',
  'config.f.thresholds.metrics.failure-rate': 'Erori tehnice',
  'config.f.thresholds.metrics.paused-share': 'Agenți în pauză',
  'config.f.thresholds.metrics.pause-minutes': 'Pauza unui agent',
  'config.f.thresholds.metrics.wrap-up-minutes': 'Finalizarea unui agent',
  'config.f.thresholds.metrics.stuck-calls': 'Apeluri blocate',
  'config.f.thresholds.metrics.lost-recordings': 'Înregistrări pierdute azi',
  'config.f.thresholds.metrics.days-left': 'Zile rămase pe disc',
  'config.s.thresholds.calls': 'Apelurile de azi',
  'config.s.thresholds.agents': 'Agenții',
  'config.s.thresholds.site': 'Sistemul',
  'config.h.thresholds.above': 'Colorat când ajunge la limită sau o depășește.',
  'config.h.thresholds.below': 'Colorat când scade la limită sau sub ea.',
  'config.thresholds.default': 'Ca de obicei',
  'config.thresholds.own': 'Limite proprii',
  'config.thresholds.never': 'Niciodată colorat',
  'config.thresholds.amber': 'Atenție',
  'config.thresholds.red': 'Alarmă',
  'config.thresholds.unit.percent': '%',
  'config.thresholds.unit.minutes': 'min',
  'config.thresholds.unit.days': 'zile',
  'config.thresholds.neverColoured': 'Pe panou rămâne mereu neutru.',
  'config.thresholds.level.ok': 'Bine',
  'config.thresholds.level.amber': 'Atenție',
  'config.thresholds.level.red': 'Alarmă',
  'config.thresholds.good.above': 'sub {limit}',
  'config.thresholds.good.below': 'peste {limit}',
  'config.thresholds.from.above': 'de la {limit} în sus',
  'config.thresholds.from.below': 'de la {limit} în jos',
  'config.keep.used': 'Cât timp este folosit nu se șterge și nu se scoate din uz.',
  'config.keep.open-calls': 'Apelurile în curs îl folosesc: așteptați să se încheie.',
  'config.keep.agents': 'Este folosit de agenți aflați acum în tură.',
  'config.keep.system': 'Este pus de sistem, nu de oameni: rămâne.',
  'config.retire': 'Scoate din uz',
  'config.retireHint':
    'Are istoric: nu se șterge. Scos din uz nu mai este oferit nicăieri, iar rapoartele îi păstrează numele.',
  'config.retireTitle': 'Scoateți din uz „{name}”?',
  'config.retireText.campaign':
    'Campania se oprește și nu mai apare la alegere. Apelurile, listele și rapoartele ei rămân. O puteți readuce oricând.',
  'config.retireText.trunk':
    'Trunchiul nu mai apare la alegere și nu se mai înregistrează la operator. Îl puteți readuce oricând.',
  'config.retireText.status':
    'Nimeni nu îl mai poate alege. Apelurile și rapoartele îl păstrează. Îl puteți readuce oricând.',
  'config.retiredToast': '„{name}” a fost scos din uz.',
  'config.restore': 'Readu în uz',
  'config.restoredToast': '„{name}” este din nou în uz.',
  'config.retired': 'Scos din uz',
  'config.retiredTitle': 'Scos din uz {at}, de {by}',
  'config.retiredText':
    'Nu este oferit nicăieri; rapoartele îi păstrează numele. Pentru a-l schimba, readuceți-l în uz.',
  'config.retiredList': {
    one: 'Un element scos din uz',
    few: '{n} elemente scoase din uz',
    other: '{n} de elemente scoase din uz',
  },
  'config.restoreMissing': 'Ce folosește nu mai este în uz: {names}',
  'audit.do.trunk.test': 'A făcut un apel de probă',
  'audit.do.config.retire': 'A scos din uz',
  'audit.do.config.restore': 'A readus în uz',
  'audit.do.queue.take': 'A scos contacte din coadă',
  'audit.do.queue.order': 'A schimbat ordinea cozii',
  'config.test.title': 'Apel de probă',
  'config.test.lead':
    'Sună de-adevăratelea un număr prin acest trunchi, redă un mesaj scurt și închide. Nu intră în niciun raport.',
  'config.test.dirty': 'Apelul folosește versiunea salvată: schimbările nesalvate nu se încearcă.',
  'config.test.number': 'Numărul de sunat',
  'config.test.numberHint': 'Telefonul dumneavoastră sau al unui coleg.',
  'config.test.callerId': 'Numărul afișat',
  'config.test.callerIdHint': 'Cel pe care operatorul îl acceptă de la dumneavoastră.',
  'config.test.prompt': 'Ce se redă',
  'config.test.ownSound': 'Un semnal scurt',
  'config.test.call': 'Sună acum',
  'config.test.calling': 'Se pregătește…',
  'config.test.hangUp': 'Închide apelul',
  'config.test.again': 'Sună din nou',
  'config.test.bad.number': 'Scrieți un număr de telefon, de exemplu 0722 123 456.',
  'config.test.bad.emergency': 'Numerele scurte și de urgență nu se sună.',
  'config.test.bad.premium': 'Numerele cu suprataxă nu se sună.',
  'config.test.step.claimed': 'Pregătit',
  'config.test.step.inviting': 'Trimis operatorului',
  'config.test.step.ringing': 'Sună la destinatar',
  'config.test.step.answered': 'A răspuns',
  'config.test.step.played': 'Se redă mesajul',
  'config.test.step.ended': 'Încheiat',
  'config.test.state.done': 'făcut',
  'config.test.state.now': 'acum',
  'config.test.state.ahead': 'urmează',
  'config.test.state.skipped': 'nu a avut loc',
  'config.test.sip': 'Răspunsul operatorului: {status}',
  'config.test.sipNone': 'Operatorul nu a dat un răspuns final.',
  'config.test.heard': 'S-au auzit {heard} din {whole}.',
  'config.test.who': '{number}, de {by}',
  'config.test.earlier': 'Apelurile de probă dinainte',
  'config.test.none': 'Încă niciun apel de probă prin acest trunchi.',
  'config.test.running': 'În curs',
  'config.test.ok': 'Trunchiul funcționează',
  'config.test.failed': 'Apelul nu a ajuns: {reason}',
  'config.test.do.works': 'Legătura, numărul afișat și sunetul sunt bune.',
  'config.test.do.reached':
    'Operatorul a dus apelul până la telefon. Pentru a verifica și sunetul, sunați un telefon la care răspundeți.',
  'config.test.do.number':
    'Operatorul nu cunoaște numărul. Verificați-l; dacă e bun, schimbați „Cum se scriu numerele”.',
  'config.test.do.log-in':
    'Operatorul nu primește utilizatorul sau parola. Scrieți-le din nou pe această pagină și verificați domeniul lor.',
  'config.test.do.forbidden':
    'Operatorul refuză apelul: numărul afișat nu este al dumneavoastră, adresa serverului nu este pe lista lui sau contul este blocat. Întrebați operatorul.',
  'config.test.do.busy-carrier':
    'Operatorul nu poate lua apelul acum. Încercați peste câteva minute; dacă se repetă, întrebați operatorul câte canale aveți.',
  'config.test.do.no-response':
    'Nimeni nu răspunde la adresa trunchiului. Verificați adresa, portul, transportul și regulile firewallului.',
  'config.test.do.bad-response':
    'Operatorul nu înțelege apelul. Verificați transportul, scrierea numerelor și domeniul din From, apoi arătați-i codul de mai sus.',
  'config.test.do.media':
    'Operatorul nu primește sunetul G.711 fără criptare. Cereți-i codecul PCMA (G.711 A-law).',
  'config.test.do.gate':
    'Numărul a fost oprit înainte de apelare: între timp a cerut să nu mai fie sunat, sună încă sau trunchiul s-a schimbat.',
  'config.test.do.released':
    'Apelul a fost închis de la noi înainte de sfârșit. Sunați din nou pentru un rezultat.',
  'config.test.do.platform':
    'Apelul nu a plecat sau s-a întrerupt la noi, nu la operator. Verificați pe panou starea nodului, a serverului SIP și a celui media.',
  'config.test.no.retired': 'Trunchiul este scos din uz.',
  'config.test.no.no-such-prompt': 'Mesajul ales nu mai există.',
  'config.test.no.test-running': 'Un apel de probă prin acest trunchi este în curs.',
  'config.test.no.do-not-call': 'Persoana a cerut să nu mai fie sunată.',
  'config.test.no.prefix-not-permitted':
    'Trunchiul nu are voie să sune acest prefix. Adăugați-l la „Prefixe permise”.',
  'config.test.no.trunk-bound': 'Este un număr de demonstrație: se poate suna numai prin operatorul simulat.',
  'config.test.no.number-busy': 'Numărul este chiar acum în alt apel.',
  'config.test.no.trunk-channels':
    'Toate canalele trunchiului sunt ocupate. Încercați imediat ce se eliberează unul.',
  'config.test.no.trunk-rate': 'Trunchiul și-a atins ritmul de apeluri. Încercați din nou peste o secundă.',
  'config.test.no.no-edge': 'Niciun nod de telefonie nu primește apeluri acum.',
} as const satisfies Record<string, Entry>;
