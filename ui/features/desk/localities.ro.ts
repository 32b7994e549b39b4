/**
 * Towns by county, as suggestions: any text may be typed, villages are not here. A chunk of its own.
 * @module
 */
import type { County } from '../../../domain/counties.ro.ts';

const TOWNS: Readonly<Record<County, string>> = {
  Alba: 'Alba Iulia, Aiud, Blaj, Sebeș, Abrud, Baia de Arieș, Câmpeni, Cugir, Ocna Mureș, Teiuș, Zlatna',
  Arad: 'Arad, Chișineu-Criș, Curtici, Ineu, Lipova, Nădlac, Pâncota, Pecica, Sântana, Sebiș',
  Argeș: 'Pitești, Câmpulung, Curtea de Argeș, Costești, Mioveni, Ștefănești, Topoloveni',
  Bacău: 'Bacău, Moinești, Onești, Buhuși, Comănești, Dărmănești, Slănic-Moldova, Târgu Ocna',
  Bihor: 'Oradea, Beiuș, Marghita, Salonta, Aleșd, Nucet, Săcueni, Ștei, Valea lui Mihai, Vașcău',
  'Bistrița-Năsăud': 'Bistrița, Beclean, Năsăud, Sângeorz-Băi',
  Botoșani: 'Botoșani, Dorohoi, Bucecea, Darabani, Flămânzi, Săveni, Ștefănești',
  Brașov: 'Brașov, Codlea, Făgăraș, Săcele, Ghimbav, Predeal, Râșnov, Rupea, Victoria, Zărnești',
  Brăila: 'Brăila, Făurei, Ianca, Însurăței',
  București: 'București, Sector 1, Sector 2, Sector 3, Sector 4, Sector 5, Sector 6',
  Buzău: 'Buzău, Râmnicu Sărat, Nehoiu, Pătârlagele, Pogoanele',
  'Caraș-Severin': 'Reșița, Caransebeș, Anina, Băile Herculane, Bocșa, Moldova Nouă, Oravița, Oțelu Roșu',
  Călărași: 'Călărași, Oltenița, Budești, Fundulea, Lehliu-Gară',
  Cluj: 'Cluj-Napoca, Câmpia Turzii, Dej, Gherla, Turda, Huedin, Florești, Baciu, Apahida',
  Constanța: 'Constanța, Mangalia, Medgidia, Băneasa, Cernavodă, Eforie, Hârșova, Murfatlar, Năvodari, Negru Vodă, Ovidiu, Techirghiol',
  Covasna: 'Sfântu Gheorghe, Târgu Secuiesc, Baraolt, Covasna, Întorsura Buzăului',
  Dâmbovița: 'Târgoviște, Moreni, Fieni, Găești, Pucioasa, Răcari, Titu',
  Dolj: 'Craiova, Băilești, Calafat, Bechet, Dăbuleni, Filiași, Segarcea',
  Galați: 'Galați, Tecuci, Berești, Târgu Bujor',
  Giurgiu: 'Giurgiu, Bolintin-Vale, Mihăilești',
  Gorj: 'Târgu Jiu, Motru, Bumbești-Jiu, Novaci, Rovinari, Târgu Cărbunești, Tismana, Turceni, Țicleni',
  Harghita: 'Miercurea Ciuc, Gheorgheni, Odorheiu Secuiesc, Toplița, Băile Tușnad, Bălan, Borsec, Cristuru Secuiesc, Vlăhița',
  Hunedoara: 'Deva, Brad, Hunedoara, Lupeni, Orăștie, Petroșani, Vulcan, Aninoasa, Călan, Geoagiu, Hațeg, Petrila, Simeria, Uricani',
  Ialomița: 'Slobozia, Fetești, Urziceni, Amara, Căzănești, Fierbinți-Târg, Țăndărei',
  Iași: 'Iași, Pașcani, Hârlău, Podu Iloaiei, Târgu Frumos, Miroslava, Valea Lupului',
  Ilfov: 'Bragadiru, Buftea, Chitila, Măgurele, Otopeni, Pantelimon, Popești-Leordeni, Voluntari, Chiajna, Corbeanca, Snagov',
  Maramureș: 'Baia Mare, Sighetu Marmației, Baia Sprie, Borșa, Cavnic, Dragomirești, Săliștea de Sus, Seini, Șomcuta Mare, Tăuții-Măgherăuș, Târgu Lăpuș, Ulmeni, Vișeu de Sus',
  Mehedinți: 'Drobeta-Turnu Severin, Orșova, Baia de Aramă, Strehaia, Vânju Mare',
  Mureș: 'Târgu Mureș, Reghin, Sighișoara, Târnăveni, Iernut, Luduș, Miercurea Nirajului, Sărmașu, Sângeorgiu de Pădure, Sovata, Ungheni',
  Neamț: 'Piatra Neamț, Roman, Bicaz, Roznov, Târgu Neamț',
  Olt: 'Slatina, Caracal, Balș, Corabia, Drăgănești-Olt, Piatra-Olt, Potcoava, Scornicești',
  Prahova: 'Ploiești, Câmpina, Azuga, Băicoi, Boldești-Scăeni, Breaza, Bușteni, Comarnic, Mizil, Plopeni, Sinaia, Slănic, Urlați, Vălenii de Munte',
  'Satu Mare': 'Satu Mare, Carei, Ardud, Livada, Negrești-Oaș, Tășnad',
  Sălaj: 'Zalău, Cehu Silvaniei, Jibou, Șimleu Silvaniei',
  Sibiu: 'Sibiu, Mediaș, Agnita, Avrig, Cisnădie, Copșa Mică, Dumbrăveni, Miercurea Sibiului, Ocna Sibiului, Săliște, Tălmaciu, Șelimbăr',
  Suceava: 'Suceava, Câmpulung Moldovenesc, Fălticeni, Rădăuți, Vatra Dornei, Broșteni, Cajvana, Dolhasca, Frasin, Gura Humorului, Liteni, Milișăuți, Salcea, Siret, Solca, Vicovu de Sus',
  Teleorman: 'Alexandria, Roșiorii de Vede, Turnu Măgurele, Videle, Zimnicea',
  Timiș: 'Timișoara, Lugoj, Buziaș, Ciacova, Deta, Făget, Gătaia, Jimbolia, Recaș, Sânnicolau Mare, Dumbrăvița, Giroc, Ghiroda, Moșnița Nouă',
  Tulcea: 'Tulcea, Babadag, Isaccea, Măcin, Sulina',
  Vaslui: 'Vaslui, Bârlad, Huși, Murgeni, Negrești',
  Vâlcea: 'Râmnicu Vâlcea, Drăgășani, Băbeni, Bălcești, Băile Govora, Băile Olănești, Berbești, Brezoi, Călimănești, Horezu, Ocnele Mari',
  Vrancea: 'Focșani, Adjud, Mărășești, Odobești, Panciu',
}; // prettier-ignore

/** Suggestions: the county's towns, or all of them. */
export function townsOf(county: string | undefined): readonly string[] {
  const one = county === undefined ? undefined : (TOWNS as Partial<Record<string, string>>)[county];
  return (one === undefined ? Object.values(TOWNS) : [one]).flatMap((towns) => towns.split(', '));
}
