/**
 * Header names that lists use, in the form of `normaliseHeader`: lower case, letters and digits only.
 * @module
 */
import type { ImportColumn } from '../contracts/model/import.ts';

const HEADERS: Record<ImportColumn, string> = {
  phone:
    'telefon telefon1 tel tel1 nrtelefon nrtel numartelefon numardetelefon nrdetelefon telefonmobil ' +
    'mobil mobil1 telefonprincipal numar telefoncontact phone phone1 phonenumber mobile mobilephone ' +
    'telephone cellphone msisdn',
  phone2:
    'telefon2 tel2 mobil2 nrtelefon2 telefonfix fix telefonsecundar telefonalternativ alttelefon ' +
    'phone2 phonenumber2 mobile2 landline homephone secondaryphone',
  phone3: 'telefon3 tel3 mobil3 nrtelefon3 phone3 phonenumber3 mobile3 workphone',
  lastName:
    'nume numefamilie numedefamilie numesiprenume numeprenume numecomplet numeclient lastname ' +
    'surname familyname name fullname',
  firstName: 'prenume prenumele numebotez firstname givenname forename',
  locality: 'localitate localitatea oras orasul municipiu comuna sat locality city town village',
  county: 'judet judetul jud sector county region state',
  age: 'varsta ani age',
  ageBand:
    'grupadevarsta grupavarsta grupavirsta categoriedevarsta categorievarsta intervaldevarsta ' +
    'intervalvarsta ageband agegroup agerange',
  address: 'adresa adresadomiciliu domiciliu strada address street',
  email: 'email adresaemail adresadeemail mail emailaddress',
  language: 'limba limbavorbita language lang locale',
  consentAt:
    'consimtamant consimtamantul dataconsimtamant dataconsimtamantului acord dataacord dataacordului ' +
    'consimtamintdata consimtamantdata consent consentat consentdate gdpr datagdpr',
  consentSource:
    'sursaconsimtamant sursaconsimtamantului sursaacord sursaacordului sursa consentsource ' +
    'consentorigin',
  externalId:
    'idextern id idclient codclient codextern nrclient externalid customerid clientid reference ref',
  note: 'nota note observatii obs comentariu comentarii mentiuni notes comment',
};

export const COLUMN_BY_HEADER: ReadonlyMap<string, ImportColumn> = new Map(
  (Object.entries(HEADERS) as [ImportColumn, string][]).flatMap(([column, names]) =>
    [...names.split(' '), column.toLowerCase()].map((name): [string, ImportColumn] => [name, column]),
  ),
);

/** First columns of a rejects file: a corrected one is imported as it is. */
export const REPORT_HEADERS = ['linie', 'rand', 'motiv', 'coloana'] as const;
